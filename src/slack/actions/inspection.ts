// Answers the buttons of an inspection: shares its result in the channel, or shows its whole log.
import { describeInspection, type Inspection } from '../../deploy/inspections/inspection.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ForInspection, ids } from '../contract/values.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { say } from '../views/answers/answers.ts';
import { sharedInspection, wholeLogModal } from '../views/inspections/answer.ts';
import { buttonListener } from './listener.ts';

/** A second click within this time does not share the result again. */
const SHARED_SECONDS = 60;

export const shareInspection = buttonListener({
  id: ids.shareInspection,
  value: ForInspection,
  async run({ i: id }, interaction, ports) {
    const found = await authorizedResult(ports, interaction, id);
    if (found.kind === 'refused') return found.reply;
    const { request, result, target } = found;
    if (!(await ports.isFirstDelivery(`share:${id}`, SHARED_SECONDS))) return undefined;
    return sharedInspection(request, result, target, interaction.user);
  },
});

export const wholeLog = buttonListener({
  id: ids.wholeLog,
  value: ForInspection,
  async run({ i: id }, interaction, ports) {
    const found = await authorizedResult(ports, interaction, id);
    if (found.kind === 'refused') return found.reply;
    const view = cleanMessage(ports.redactor, wholeLogModal(found.request, found.result));
    await ports.client.views.open({ trigger_id: interaction.trigger, view });
    return undefined;
  },
});

type Authorized =
  | (Required<Pick<Inspection, 'request'>> & {
      kind: 'result';
      result: NonNullable<Inspection['result']>;
      target: Target;
    })
  | { kind: 'refused'; reply: Reply };

/** Returns the stored result for a button's id, if the person has the role that the inspection needs. */
async function authorizedResult(
  ports: SlackPorts,
  interaction: Interaction,
  id: string,
): Promise<Authorized> {
  const inspection = await ports.inspections.read(id);
  if (!inspection?.result) {
    return {
      kind: 'refused',
      reply: say('That result is older than an hour. Type the command again.'),
    };
  }
  const { request, result } = inspection;
  const { action } = describeInspection(request);
  const authorized = await authorizeTarget(ports, interaction, request, action);
  if (authorized.kind === 'refused') return authorized;
  return { kind: 'result', request, result, target: authorized.target };
}
