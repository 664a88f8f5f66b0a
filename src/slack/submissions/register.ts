// Registers the listeners of submitted forms, and shows errors under the fields.
import type { App, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import { findTarget } from '../../deploy/settings/settings.ts';
import { deploy } from '../commands/deploy.ts';
import { safeAck, handleInteraction } from '../entrance/handle-interaction.ts';
import { answering } from '../requests/answer.ts';
import { visibleLength } from '../grammar/tokens.ts';
import type { Answer, Interaction } from '../contract/interaction.ts';
import type { Choice } from '../../deploy/acts/approval.ts';
import { decide } from '../requests/decide.ts';
import { channelOf } from '../requests/permission.ts';
import { rollBack } from '../requests/roll-back.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { DecisionMetadata, ids, RollbackMetadata, valueOf } from '../contract/values.ts';
import { deployFields } from '../views/form/deploy-modal.ts';
import { type Deciding, tooShort } from '../views/approval/modals.ts';
import { reasonBlock, reasonInput } from '../views/parts/blocks.ts';
import { registerDeployForm } from './commit-options.ts';
import { DeployMetadata, OUTDATED_FORM, readDeployForm, type Wrong } from './deploy.ts';

/** A valid form: where to answer, and `run`, which does what the person asks for in it. */
interface Form extends Pick<Interaction, 'channel' | 'thread' | 'urgent'> {
  run: (interaction: Interaction) => Answer;
}

export function registerSubmissions(app: App, ports: SlackPorts): void {
  const listen = (id: string, read: (view: ViewOutput) => Form | Wrong): void =>
    app.view<ViewSubmitAction>(id, async ({ body: { user, view, team }, ack }) => {
      const form = read(view);
      if ('says' in form) {
        // Slack shows these errors as plain text under the field, with backticks as they are.
        const errors = { [form.block]: form.says.replaceAll('`', '') };
        return safeAck(ports, () => ack({ response_action: 'errors', errors }));
      }
      const { run, ...where } = form;
      const place = { user: user.id, ...where };
      const interaction: Interaction = {
        ports,
        ...place,
        id: `view:${view.id}:${view.hash}`,
        team: team?.id ?? '',
        trigger: '',
        answer: answering(ports, place),
      };
      await handleInteraction(interaction, ack, () => run(interaction));
    });
  listen(ids.rejectModal, (view) => readDecision(view, 'reject'));
  listen(ids.approveModal, (view) => readDecision(view, 'approve'));
  listen(ids.glassModal, (view) => readDecision(view, 'break-glass'));
  listen(ids.rollbackModal, readRollback);
  listen(ids.deployModal, (view) => readDeploy(view, ports));
  registerDeployForm(app, ports);
}

const typedReason = ({ state }: ViewOutput): string =>
  state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';

function readDecision(view: ViewOutput, deciding: Deciding): Form | Wrong {
  const typed = typedReason(view);
  const metadata = DecisionMetadata.safeParse(valueOf(view.private_metadata));
  if (!metadata.success) return { block: reasonBlock, says: OUTDATED_FORM };
  const says = tooShort(deciding, visibleLength(typed));
  if (says !== undefined) return { block: reasonBlock, says };
  const { d, g, ...where } = metadata.data;
  return {
    ...where,
    urgent: deciding !== 'approve',
    run: (interaction) => decide(interaction, { d, g }, choiceOf(deciding, typed)),
  };
}

function choiceOf(deciding: Deciding, typed: string): Choice {
  if (deciding === 'approve') return { kind: 'approved', note: typed || undefined };
  return { kind: deciding === 'reject' ? 'rejected' : 'broke-glass', reason: typed };
}

function readRollback(view: ViewOutput): Form | Wrong {
  const reason = typedReason(view);
  const metadata = RollbackMetadata.safeParse(valueOf(view.private_metadata));
  if (!metadata.success) return { block: reasonBlock, says: OUTDATED_FORM };
  if (visibleLength(reason) === 0) return { block: reasonBlock, says: 'Give a reason.' };
  const { channel, thread, ...wanted } = metadata.data;
  const run = (interaction: Interaction) => rollBack(interaction, wanted, reason);
  return { channel, thread, urgent: true, run };
}

function readDeploy(view: ViewOutput, { settings }: SlackPorts): Form | Wrong {
  const metadata = DeployMetadata.safeParse(valueOf(view.private_metadata));
  if (!metadata.success) return { block: deployFields.target, says: OUTDATED_FORM };
  const form = readDeployForm(view.state.values);
  if ('says' in form) return form;
  const found = findTarget(settings, form.service, form.environment);
  const first = found.kind === 'found' ? channelOf(found.target) : '';
  const channel = metadata.data.channel ?? first;
  return { channel, run: (interaction) => deploy({ kind: 'deploy', ...form }, interaction) };
}
