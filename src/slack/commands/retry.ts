// Decides which deployment `/argo retry` repeats: the last one that was neither a dry run nor a rollback.
import type { Deployment } from '../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../deploy/record/requests.ts';
import type { Place } from '../../deploy/history/records.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { retry as retryDeployment } from '../requests/retry.ts';
import { say } from '../views/answers/answers.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const retry: CommandListener<'retry'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'deploy' });
  if (authorized.kind === 'refused') return authorized.reply;
  const last = await lastDeployment(ports, authorized.target);
  if (!last?.finished) return say('Nothing has been deployed there yet. `/argo deploy` begins.');
  return retryDeployment(ports, interaction, authorized.target, last);
};

async function lastDeployment(
  { records }: SlackPorts,
  place: Place,
): Promise<Deployment | undefined> {
  const history = await records.history(place, 30);
  for (const { id, kind } of history) {
    const record = !describeRequest({ kind }).rollsBack ? await records.readOrSkip(id) : undefined;
    if (record && !isDryRun(record.request)) return record;
  }
  return undefined;
}
