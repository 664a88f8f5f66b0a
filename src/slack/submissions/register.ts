// Ties the forms to their listeners, and shows mistakes under their fields.
import type { App, ViewSubmitAction } from '@slack/bolt';
import { findTarget } from '../../deploy/settings/settings.ts';
import { safeAck } from '../entrance/safe-ack.ts';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import type { Choice } from '../../deploy/acts/approval.ts';
import { decide } from '../requests/decide.ts';
import { rollBack } from '../requests/roll-back.ts';
import { handleInteraction } from '../entrance/handle-interaction.ts';
import { channelOf } from '../requests/place-status.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { DecisionMetadata, ids, RollbackMetadata, valueOf } from '../contract/values.ts';
import { deployFields } from '../views/form/deploy-modal.ts';
import {
  type Deciding,
  reasonBlock,
  reasonInput,
  tooShort,
} from '../views/approval/decision-modal.ts';
import { registerDeployForm } from './commit-options.ts';
import { DeployMetadata, deploySubmission, readDeployForm } from './deploy.ts';

type Errors = { response_action: 'errors'; errors: Record<string, string> };
type Ack = (answer?: Errors) => Promise<void>;

const OLD = 'This form is from an older version of argo-bot. Close it and open it again.';

/** Modals that come back filled in: what is wrong is shown under its field, inside the ack. */
export function registerSubmissions(app: App, ports: SlackPorts): void {
  const decisions = [
    [ids.rejectModal, 'reject'],
    [ids.approveModal, 'approve'],
    [ids.glassModal, 'break-glass'],
  ] as const;
  for (const [id, deciding] of decisions)
    app.view<ViewSubmitAction>(id, ({ body, ack }) => decided(ports, { body, ack }, deciding));
  app.view<ViewSubmitAction>(ids.rollbackModal, ({ body, ack }) => rolledBack(ports, body, ack));
  app.view<ViewSubmitAction>(ids.deployModal, ({ body, ack }) => deployed(ports, body, ack));
  registerDeployForm(app, ports);
}

async function decided(
  ports: SlackPorts,
  { body, ack }: { body: ViewSubmitAction; ack: Ack },
  deciding: Deciding,
): Promise<void> {
  const typed = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = DecisionMetadata.safeParse(valueOf(body.view.private_metadata));
  const says = metadata.success ? tooShort(deciding, typed) : OLD;
  if (!metadata.success || says !== undefined)
    return safeAck(ports, () => ack(wrong(reasonBlock, says ?? OLD)));
  await safeAck(ports, () => ack());
  const { d, g, channel, thread } = metadata.data;
  const urgent = deciding !== 'approve';
  const interaction = { ...askOf(ports, body, { channel, thread }), urgent };
  await handleInteraction(ports, interaction, () =>
    decide(ports, interaction, { d, g }, choiceOf(deciding, typed)),
  );
}

async function rolledBack(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const reason = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = RollbackMetadata.safeParse(valueOf(body.view.private_metadata));
  if (!metadata.success) return safeAck(ports, () => ack(wrong(reasonBlock, OLD)));
  if (reason === '') return safeAck(ports, () => ack(wrong(reasonBlock, 'Give a reason.')));
  await safeAck(ports, () => ack());
  const { channel, thread, ...wanted } = metadata.data;
  const interaction = { ...askOf(ports, body, { channel, thread }), urgent: true };
  await handleInteraction(ports, interaction, () => rollBack(ports, interaction, wanted, reason));
}

function choiceOf(deciding: Deciding, typed: string): Choice {
  switch (deciding) {
    case 'reject':
      return { kind: 'rejected', reason: typed };
    case 'break-glass':
      return { kind: 'broke-glass', reason: typed };
    case 'approve':
      return { kind: 'approved', note: typed === '' ? undefined : typed };
  }
}

async function deployed(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const metadata = DeployMetadata.safeParse(valueOf(body.view.private_metadata));
  const form = readDeployForm(body.view.state.values);
  if (!metadata.success) return safeAck(ports, () => ack(wrong(deployFields.target, OLD)));
  if (form.kind === 'wrong') return safeAck(ports, () => ack(wrong(form.block, form.says)));
  await safeAck(ports, () => ack());
  const { service, environment } = form.answers;
  const found = findTarget(ports.settings, service, environment);
  const first = found.kind === 'found' ? channelOf(found.target) : '';
  const interaction = askOf(ports, body, { channel: metadata.data.channel ?? first });
  await handleInteraction(ports, interaction, () =>
    deploySubmission(form.answers, interaction, ports),
  );
}

function wrong(block: string, says: string): Errors {
  // What stands under a field is plain text.
  return { response_action: 'errors', errors: { [block]: says.replaceAll('`', '') } };
}

function askOf(
  { client }: SlackPorts,
  { user, view, team }: ViewSubmitAction,
  where: { channel: string; thread?: string | undefined },
): Interaction {
  const place = { user: user.id, ...where };
  return {
    ...place,
    id: `view:${view.id}:${view.hash}`,
    team: team?.id ?? '',
    trigger: '',
    answer: answering(client, place),
  };
}
