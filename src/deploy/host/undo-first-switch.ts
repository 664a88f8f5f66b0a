// Undoes the first switch of a host: users return to the service that they had before argo-bot.
import { requireFact } from '../record/facts.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed, NOTHING_TO_RETURN_TO } from '../record/errors.ts';
import { publicUrl } from '../settings/layout.ts';
import { externalServicesIn, describeAddress, describeService } from './observe.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { requestAnswer } from '../health/probe.ts';
import { healthRequest } from '../health/health-request.ts';
import type { StageContext } from '../step/stage.ts';

export interface UndoneSwitch {
  /** Services that users are on again: unit and address. */
  on: string[];
  warnings: string[];
}

/** Fails with StageFailed `nothing-to-return-to` if no service was there before, or if it does not answer. */
export async function undoFirstSwitch(context: StageContext, host: Host): Promise<UndoneSwitch> {
  const slot = requireFact(context.facts, 'slot');
  const { path } = context.target.settings.health;
  const answer = await runScript(context, host, 'unswitch', { slot, path });
  const restored = answer.value('restored');
  if (restored === 'no') throw nothingToReturnTo(context, host, answer);
  return {
    on: externalServicesIn(answer, 'back').map(describeService),
    warnings: restored === 'yes' ? await publicWarnings(context, host) : [],
  };
}

function nothingToReturnTo({ facts }: StageContext, host: Host, answer: Answer): StageFailed {
  const asked = answer.values('asked').map((line) => {
    const [address = '', ...what] = line.split(' ');
    return `${describeAddress(address)} ${what.join(' ')}`;
  });
  const why =
    asked.length > 0 ? `, and what nginx named before does not answer: ${asked.join('; ')}` : '';
  const release = requireFact(facts, 'release');
  return new StageFailed(
    `there is no earlier release on ${host.name}${why}: users there are on ${release} in ${requireFact(facts, 'slot')}`,
    {
      code: NOTHING_TO_RETURN_TO,
      host: host.name,
      next:
        asked.length > 0
          ? `start the earlier service on ${host.name}, then \`/argo rollback\`. Or deploy a fix: \`/argo unlock\`, then \`/argo deploy\`.`
          : 'deploy a fix: `/argo unlock`, then `/argo deploy`.',
    },
  );
}

/** Time limit for the public address to answer after nginx's reload. Old nginx workers first finish their requests. */
const RELOAD_MS = 3_000;

/** Warns if the public address does not answer, or answers 5xx: argo.yml has no health check of the earlier service. */
async function publicWarnings({ target, signal }: StageContext, host: Host): Promise<string[]> {
  const { health } = target.settings;
  const url = publicUrl(target, health.path);
  const deadline = Date.now() + RELOAD_MS;
  for (;;) {
    const said = await requestAnswer(host, url, { ...healthRequest(target), signal });
    if ('status' in said && said.status < 500) return [];
    if (Date.now() > deadline) {
      const what = 'status' in said ? `HTTP ${said.status}` : said.message;
      return [
        `${host.name}: ${url.href} fails after the rollback: ${what}. Check nginx's error log and the service on that host`,
      ];
    }
    await wait(health.interval_ms, undefined, { signal });
  }
}
