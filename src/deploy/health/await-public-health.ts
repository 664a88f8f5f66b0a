// Decides whether the public address answers as the expected release, and waits until it does.
import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed } from '../record/errors.ts';
import type { Placement } from '../record/facts.ts';
import { publicUrl, isAdopted, hasOneUnit, proxyOf } from '../settings/layout.ts';
import { healthInRow } from './answers-in-row.ts';
import { mayServe, type Health } from './probe.ts';
import type { Host } from '../ports/ports.ts';
import { stateAfterLogging } from '../failure/slot-journal.ts';
import type { StageContext } from '../step/stage.ts';

/** Waits for `health.passes` good answers in a row. After its reload, nginx's old workers may answer for a moment. */
export async function awaitPublicHealth(
  context: StageContext,
  host: Host,
  placement: Placement,
): Promise<Health> {
  const { release } = placement;
  const { health } = context.target.settings;
  const url = publicUrl(context.target, health.path);
  const deadline = Date.now() + health.timeout_seconds * 1_000;
  const checksRelease = health.version !== undefined && !isAdopted(release);
  const silentMs = Math.max(SILENT_MS, health.request_timeout_ms);
  let misses = 0;
  let lastAnswerAt = Date.now();
  const isGood = (answer: Health): boolean =>
    mayServe(context, answer, release) && (!checksRelease || answer.release === release);
  for (;;) {
    const { last, allGood } = await healthInRow(context, host, { url, isGood });
    if (allGood) return last;
    misses = last.state === 'unavailable' ? misses + 1 : 0;
    if (misses === 0) lastAnswerAt = Date.now();
    // A reload of nginx takes milliseconds, so two unanswered requests and a long silence mean an outage.
    const silent = misses > 1 && Date.now() - lastAnswerAt > silentMs;
    if (silent || Date.now() > deadline) {
      throw await publicFailure(context, host, { ...placement, url }, last);
    }
    await wait(Math.max(EAGER_MS, health.interval_ms), undefined, { signal: context.signal });
  }
}

/** Pause in milliseconds before the address is asked again; `health.interval_ms` if that is longer. */
const EAGER_MS = 25;

/** The check fails after this time without an answer; `health.request_timeout_ms` if that is longer. */
const SILENT_MS = 5_000;

async function publicFailure(
  context: StageContext,
  host: Host,
  { url, ...placement }: Placement & { url: URL },
  last: Health,
): Promise<StageFailed> {
  const { release } = placement;
  const { log } = await stateAfterLogging(context, host, placement);
  const other = last.release && last.release !== release ? last.release : undefined;
  const seen = other
    ? `answers as release ${other}, expected ${release}`
    : `does not answer as ${release}: ${last.detail}`;
  const again =
    context.deployment.due === 'rollback'
      ? '`/argo rollback`'
      : '`/argo unlock` and `/argo deploy`';
  const look = hasOneUnit(context.target)
    ? `check the proxy or firewall in front of ${host.name}: the service's own port answers. Then ${again}.`
    : other
      ? `on ${host.name}, put \`proxy_pass http://${proxyOf(context.target).upstream};\` into the nginx site of this address (\`sudo nginx -T | grep -nE 'server_name|proxy_pass'\` lists the sites). Then ${again}.`
      : `on ${host.name}, \`sudo tail /var/log/nginx/error.log\` shows why. Fix that, then ${again}.`;
  return new StageFailed(`the public address ${url.href} on ${host.name} ${seen}`, {
    code: 'public-health',
    host: host.name,
    log: log.join('\n'),
    next: look,
  });
}
