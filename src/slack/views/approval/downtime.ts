// Describes the effect of the restart strategy: the warning before the restart, and the measured downtime.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import type { Downtime } from '../../../deploy/record/facts.ts';
import { longestDowntime } from '../../../deploy/history/search-history.ts';
import { describeDowntime } from '../../../deploy/host/restart-hosts.ts';
import { capped, counted, quoted } from '../parts/text.ts';

/** Returns whether the service restarts in place, which users notice. Other services switch between two slots. */
export function isRestart({ request }: Deployment): boolean {
  return request.strategy === 'restart';
}

/** Returns what argo-bot does after the approval; plain text. */
export function restartConsequence(d: Deployment): string {
  const { service, environment } = d.request;
  const hosts = Object.keys(d.facts.hosts ?? {}).length;
  const where = hosts > 1 ? ` on ${counted(hosts, 'host')}, one after the other` : '';
  const wasLive = Object.values(d.facts.hosts ?? {}).some(({ live }) => live !== undefined);
  if (!wasLive) return `${service} in ${environment} is started${where}.`;
  const { lastDowntimeMs: ms } = d.facts;
  const what = describeRequest(d.request).keepsRelease ? 'the release it has' : 'the new release';
  const last =
    ms === undefined
      ? 'how long is not known before the first restart'
      : `the last restart took ${describeDowntime({ ms, atMost: false })}`;
  return `${service} in ${environment} is restarted with ${what}${where}. Users will notice; ${last}.`;
}

/** Returns ` · no good answer for 2.1 s` for the summary; empty if the downtime was not measured. */
export function downtimeWords(d: Deployment): string {
  const worst = longestDowntime(d.facts.downtime);
  return worst ? ` · no good answer for ${describeDowntime(worst)}` : '';
}

export function downtimeLines({ facts }: Deployment): string[] {
  return [
    ...line('During the restart, users got no good answer', facts.downtime),
    ...line('During the restart back, users got no good answer', facts.downtimeBack),
  ];
}

function line(title: string, downtime: Record<string, Downtime> | undefined): string[] {
  const noticed = Object.entries(downtime ?? {}).filter(([, { ms }]) => ms >= 50);
  const each = noticed.map(([host, one]) => `for ${describeDowntime(one)} on ${quoted(host, 40)}`);
  return each.length > 0 ? [`${title} ${capped(each, 10, 500).join(', ')}`] : [];
}
