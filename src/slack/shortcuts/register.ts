// Answers Slack's shortcuts: open the deploy form from anywhere, or prefilled from a deployment's message.
import type { App, GlobalShortcut, MessageShortcut } from '@slack/bolt';
import { safeAck } from '../entrance/safe-ack.ts';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import { openDeployForm } from '../requests/deploy-form.ts';
import { handleInteraction } from '../entrance/handle-interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ids } from '../contract/values.ts';
import { noteModal } from '../views/answers/note-modal.ts';
import { deploymentOf } from './deployment-of.ts';

export function registerShortcuts(app: App, ports: SlackPorts): void {
  app.shortcut<GlobalShortcut>(
    { type: 'shortcut', callback_id: ids.deployAnywhere },
    async ({ shortcut, ack }) => {
      await safeAck(ports, () => ack());
      const interaction = shortcutInteraction(shortcut, '', ({ text }) =>
        showNote(ports, shortcut.trigger_id, text),
      );
      await handleInteraction(ports, interaction, () => openDeployForm(ports, interaction));
    },
  );
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: ids.deployAgain },
    async ({ shortcut, ack, respond }) => {
      await safeAck(ports, () => ack());
      const { channel, user, message } = shortcut;
      const answer = answering(ports.client, { user: user.id, channel: channel.id }, respond);
      const interaction = shortcutInteraction(shortcut, channel.id, answer);
      await handleInteraction(ports, interaction, async () => {
        const d = await deploymentOf(ports, channel.id, rootOf(message));
        return openDeployForm(ports, interaction, {
          place: d?.request,
          commit: d?.facts.commit,
        });
      });
    },
  );
}

/** Answers a global shortcut by a modal, because it has no channel. */
async function showNote({ client }: SlackPorts, trigger: string, text: string): Promise<void> {
  await client.views.open({ trigger_id: trigger, view: noteModal(text) });
}

function shortcutInteraction(
  shortcut: GlobalShortcut | MessageShortcut,
  channel: string,
  answer: Interaction['answer'],
): Interaction {
  const { user, team, trigger_id: trigger, action_ts: at } = shortcut;
  return {
    id: `shortcut:${trigger}:${at}`,
    user: user.id,
    channel,
    team: team?.id ?? '',
    trigger,
    answer,
  };
}

/** Returns the ts of the thread's first message; the message's own ts if it is not in a thread. */
function rootOf(message: MessageShortcut['message']): string {
  const thread: unknown = message['thread_ts'];
  return typeof thread === 'string' ? thread : message.ts;
}
