import type { Deployment } from '../../deploy/deployment.ts';
import type { Ending } from '../../deploy/events.ts';
import type { Place } from '../../deploy/records.ts';
import { aim } from '../aim.ts';
import { begin } from '../begin.ts';
import type { SlackPorts } from '../ports.ts';
import { say } from '../views/answers.ts';
import { code, when } from '../views/text.ts';
import type { CommandListener } from './listener.ts';

/** Endings after which the same may be tried again: nothing live was changed, or it went back. */
const AGAIN: ReadonlySet<Ending> = new Set([
  'failed',
  'cancelled',
  'expired',
  'voided',
  'rolled-back',
]);

export const retry: CommandListener<'retry'> = async (command, ask, ports) => {
  const aimed = await aim(ports, ask, command, { kind: 'deploy' });
  if (aimed.kind === 'refused') return aimed.reply;
  const last = await lastDeployment(ports, aimed.target);
  if (!last?.finished) return say('Nothing has been deployed there yet. `/argo deploy` begins.');
  const { ending, at } = last.finished;
  if (!AGAIN.has(ending)) {
    return say(
      `The last deployment, ${when(at, '{date_short_pretty} {time}')}, ended as ${code(ending, 40)}: there is nothing to try again. \`/argo deploy\` begins a new one.`,
    );
  }
  const { slot, plan, ref } = last.request;
  // The commit it was about, not whatever the branch has become.
  const same = last.facts.commit?.sha ?? ref;
  return begin(ports, ask, aimed.target, { kind: 'deploy', slot, plan, dryRun: false, ref: same });
};

async function lastDeployment(
  { records }: SlackPorts,
  place: Place,
): Promise<Deployment | undefined> {
  const history = await records.history(place, 30);
  for (const { id, kind } of history) {
    const record = kind === 'deploy' ? await records.read(id) : undefined;
    if (record && !record.request.dryRun) return record;
  }
  return undefined;
}
