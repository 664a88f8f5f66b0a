import { rollsBackItself } from '../../deploy/acts/roll-back.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { rollBack } from '../requests/roll-back.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const rollback: CommandListener<'rollback'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'rollback' });
  if (aimed.kind === 'refused') return aimed.reply;
  const running = command.release === undefined ? await releasing(ports, aimed.target) : undefined;
  if (running !== undefined) return rollBack(ports, ask, running);
  const wanted = { kind: 'rollback', slot: 'idle', dryRun: false, ref: command.release } as const;
  return requestDeployment(ports, ask, aimed.target, wanted);
};

/** A deployment past its switch holds the claim; going back is its own business then. */
async function releasing({ records }: SlackPorts, target: Target): Promise<string | undefined> {
  const claim = await records.claim(target);
  const running = claim && (await records.read(claim.deployment));
  return running && rollsBackItself(running) ? running.id : undefined;
}
