// Registers the listeners of submitted forms, and shows errors under the fields.
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
import { type Deciding, tooShort } from '../views/approval/decision-modal.ts';
import { reasonBlock, reasonInput } from '../views/parts/blocks.ts';
import { registerDeployForm } from './commit-options.ts';
import { DeployMetadata, deploySubmission, readDeployForm } from './deploy.ts';

type Errors = { response_action: 'errors'; errors: Record<string, string> };
type Ack = (answer?: Errors) => Promise<void>;

const OUTDATED_FORM = 'This form is from an older version of argo-bot. Close it and open it again.';

/** Registers the listeners of submitted modals. An invalid field is reported in the ack, as Slack requires. */
export function registerSubmissions(app: App, ports: SlackPorts): void {
  const decisions = [
    [ids.rejectModal, 'reject'],
    [ids.approveModal, 'approve'],
    [ids.glassModal, 'break-glass'],
  ] as const;
  for (const [id, deciding] of decisions)
    app.view<ViewSubmitAction>(id, ({ body, ack }) => onDecision(ports, { body, ack }, deciding));
  app.view<ViewSubmitAction>(ids.rollbackModal, ({ body, ack }) => onRollback(ports, body, ack));
  app.view<ViewSubmitAction>(ids.deployModal, ({ body, ack }) => onDeploy(ports, body, ack));
  registerDeployForm(app, ports);
}

async function onDecision(
  ports: SlackPorts,
  { body, ack }: { body: ViewSubmitAction; ack: Ack },
  deciding: Deciding,
): Promise<void> {
  const typed = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = DecisionMetadata.safeParse(valueOf(body.view.private_metadata));
  const says = metadata.success ? tooShort(deciding, typed) : OUTDATED_FORM;
  if (!metadata.success || says !== undefined)
    return safeAck(ports, () => ack(fieldError(reasonBlock, says ?? OUTDATED_FORM)));
  await safeAck(ports, () => ack());
  const { d, g, channel, thread } = metadata.data;
  const urgent = deciding !== 'approve';
  const interaction = { ...interactionOf(ports, body, { channel, thread }), urgent };
  await handleInteraction(ports, interaction, () =>
    decide(ports, interaction, { d, g }, choiceOf(deciding, typed)),
  );
}

async function onRollback(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const reason = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = RollbackMetadata.safeParse(valueOf(body.view.private_metadata));
  if (!metadata.success) return safeAck(ports, () => ack(fieldError(reasonBlock, OUTDATED_FORM)));
  if (reason === '') return safeAck(ports, () => ack(fieldError(reasonBlock, 'Give a reason.')));
  await safeAck(ports, () => ack());
  const { channel, thread, ...wanted } = metadata.data;
  const interaction = { ...interactionOf(ports, body, { channel, thread }), urgent: true };
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

async function onDeploy(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const metadata = DeployMetadata.safeParse(valueOf(body.view.private_metadata));
  const form = readDeployForm(body.view.state.values);
  if (!metadata.success)
    return safeAck(ports, () => ack(fieldError(deployFields.target, OUTDATED_FORM)));
  if (form.kind === 'wrong') return safeAck(ports, () => ack(fieldError(form.block, form.says)));
  await safeAck(ports, () => ack());
  const { service, environment } = form.answers;
  const found = findTarget(ports.settings, service, environment);
  const first = found.kind === 'found' ? channelOf(found.target) : '';
  const interaction = interactionOf(ports, body, { channel: metadata.data.channel ?? first });
  await handleInteraction(ports, interaction, () =>
    deploySubmission(form.answers, interaction, ports),
  );
}

function fieldError(block: string, says: string): Errors {
  // Slack shows an error under a field as plain text, so backticks are removed.
  return { response_action: 'errors', errors: { [block]: says.replaceAll('`', '') } };
}

function interactionOf(
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
