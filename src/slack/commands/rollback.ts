// Decides what `/argo rollback` does: roll back the running deployment, or start a rollback.
import { rollsBackItself } from '../../deploy/acts/roll-back.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { rollBack } from '../requests/roll-back.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const rollback: CommandListener<'rollback'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'rollback' });
  if (authorized.kind === 'refused') return authorized.reply;
  const running =
    command.release === undefined ? await switchedDeployment(ports, authorized.target) : undefined;
  if (running !== undefined) return rollBack(ports, interaction, running);
  return requestDeployment(ports, interaction, authorized.target, {
    kind: 'rollback',
    ref: command.release,
  });
};

/** The running deployment, if it has switched traffic: it must roll back itself, because it holds the claim. */
async function switchedDeployment(
  { records }: SlackPorts,
  target: Target,
): Promise<string | undefined> {
  const claim = await records.claim(target);
  const running = claim && (await records.read(claim.deployment));
  return running && rollsBackItself(running) ? running.id : undefined;
}
