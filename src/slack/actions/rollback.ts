// Answers the Roll back button in a deployment's thread: opens the form that asks for a reason.
import { releaseToReturnTo } from '../../deploy/acts/roll-back.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { askForReason } from '../requests/roll-back.ts';
import { buttonListener } from './listener.ts';

export const rollback = buttonListener({
  id: ids.rollback,
  value: ForDeployment,
  async run({ d }, interaction, ports) {
    const found = await authorizeById(ports, interaction, d, { kind: 'rollback' });
    if (found.kind === 'refused') return found.reply;
    const { facts, request } = found.deployment;
    const r = releaseToReturnTo(found.deployment) ?? facts.rollbackTo?.release;
    const { service: s, environment: e } = request;
    return askForReason(ports, interaction, { s, e, d, ...(r === undefined ? {} : { r }) });
  },
});
