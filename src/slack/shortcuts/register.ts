// Answers Slack's shortcuts: open the deploy form from anywhere, or prefilled from a deployment's message.
import type { App, GlobalShortcut, MessageShortcut } from '@slack/bolt';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import { openDeployForm, openModal } from '../requests/deploy-form.ts';
import { handleInteraction } from '../entrance/handle-interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ids } from '../contract/values.ts';
import { noteModal } from '../views/answers/note-modal.ts';
import { deploymentOf } from './deployment-of.ts';

export function registerShortcuts(app: App, ports: SlackPorts): void {
  app.shortcut<GlobalShortcut>(
    { type: 'shortcut', callback_id: ids.deployAnywhere },
    async ({ shortcut, ack }) => {
      // The answer is a modal, because a global shortcut has no channel.
      const interaction = shortcutInteraction(ports, shortcut, '', ({ text }) =>
        openModal({ ports, trigger: shortcut.trigger_id }, noteModal(text)),
      );
      await handleInteraction(interaction, ack, () => openDeployForm(interaction));
    },
  );
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: ids.deployAgain },
    async ({ shortcut, ack, respond }) => {
      const { channel, user, message } = shortcut;
      const answer = answering(ports.client, { user: user.id, channel: channel.id }, respond);
      const interaction = shortcutInteraction(ports, shortcut, channel.id, answer);
      await handleInteraction(interaction, ack, async () => {
        const d = await deploymentOf(ports, channel.id, rootOf(message));
        return openDeployForm(interaction, { place: d?.request, commit: d?.facts.commit });
      });
    },
  );
}

function shortcutInteraction(
  ports: SlackPorts,
  { user, team, trigger_id: trigger, action_ts: at }: GlobalShortcut | MessageShortcut,
  channel: string,
  answer: Interaction['answer'],
): Interaction {
  const id = `shortcut:${trigger}:${at}`;
  return { ports, id, user: user.id, channel, team: team?.id ?? '', trigger, answer };
}

/** Returns the ts of the thread's first message; the message's own ts if it is not in a thread. */
function rootOf(message: MessageShortcut['message']): string {
  const thread: unknown = message['thread_ts'];
  return typeof thread === 'string' ? thread : message.ts;
}
