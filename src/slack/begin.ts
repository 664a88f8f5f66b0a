import type { DeployRequest } from '../deploy/events.ts';
import type { Claim } from '../deploy/records.ts';
import type { Target } from '../deploy/settings.ts';
import type { Ask, Reply } from './ask.ts';
import type { SlackPorts } from './ports.ts';
import { setGoing } from './set-going.ts';
import { begun, busy } from './views/answers.ts';
import { locked } from './views/locks.ts';

export type Wanted = Pick<DeployRequest, 'kind' | 'slot' | 'dryRun'> & {
  ref?: string | undefined;
  plan?: DeployRequest['plan'];
  lines?: number | undefined;
};

/** Writes the record and wakes a worker, or says who is in the way. */
export async function begin(
  ports: SlackPorts,
  ask: Ask,
  { service, environment, place }: Target,
  { kind, slot, dryRun, ref, lines, plan = 'release' }: Wanted,
): Promise<Reply> {
  const { user, channel, team } = ask;
  const created = await ports.records.create({
    kind,
    service,
    environment,
    slot,
    dryRun,
    plan,
    strategy: place.strategy,
    ...(ref === undefined ? {} : { ref }),
    ...(lines === undefined ? {} : { lines }),
    origin: { user, channel, team },
  });
  switch (created.kind) {
    case 'created':
      await setGoing(ports, created.deployment);
      return begun(created.deployment);
    case 'busy':
      return busy(created.claim, await threadLink(ports, created.claim));
    case 'locked':
      return locked(created.lock);
  }
}

/** A link is a kindness: without it the answer still says who and since when. */
async function threadLink(
  { client, records, painted, log }: SlackPorts,
  { deployment }: Pick<Claim, 'deployment'>,
): Promise<string | undefined> {
  try {
    const [record, messages] = await Promise.all([
      records.read(deployment),
      painted.read(deployment),
    ]);
    const ts = messages['summary']?.ts;
    if (!record || ts === undefined) return undefined;
    const answer = await client.chat.getPermalink({
      channel: record.request.origin.channel,
      message_ts: ts,
    });
    return answer.permalink;
  } catch {
    log.info({ deployment }, 'no link to the thread');
    return undefined;
  }
}
