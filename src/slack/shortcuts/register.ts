// Answers Slack's shortcuts: open the deploy form from anywhere, or prefilled from a deployment's message.
import { allTargets } from '../../deploy/settings/settings.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { App, GlobalShortcut, MessageShortcut } from '@slack/bolt';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import { openDeployForm, openModal } from '../requests/deploy-form.ts';
import { handleInteraction } from '../entrance/handle-interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ids } from '../contract/values.ts';
import { noteModal } from '../views/answers/answers.ts';

export function registerShortcuts(app: App, ports: SlackPorts): void {
  app.shortcut<GlobalShortcut>(
    { type: 'shortcut', callback_id: ids.deployAnywhere },
    async ({ shortcut, ack }) => {
      // A global shortcut has no channel, so a modal shows the answer.
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
      const answer = answering(ports, { user: user.id, channel: channel.id }, respond);
      const interaction = shortcutInteraction(ports, shortcut, channel.id, answer);
      await handleInteraction(interaction, ack, async () => {
        // Find the deployment by its summary. In a thread, that is the thread's first message.
        const root: unknown = message['thread_ts'] ?? message.ts;
        const d = await deploymentOf(ports, channel.id, String(root));
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

/** Only this many deployments per environment are searched, because Slack's trigger_id expires after 3 seconds. */
const LOOK_BACK = 20;

/** Finds a deployment by the stored ts of its summary, because Slack does not always send a message's metadata. */
export async function deploymentOf(
  { records, painted, settings }: Pick<SlackPorts, 'records' | 'painted' | 'settings'>,
  channel: string,
  ts: string,
): Promise<Deployment | undefined> {
  const places = allTargets(settings).filter(({ place }) =>
    place.access.channels.includes(channel),
  );
  const candidates = await Promise.all([
    records.active(),
    ...places.map(async (place) => (await records.history(place, LOOK_BACK)).map(({ id }) => id)),
  ]);
  const found = await Promise.all(
    candidates.flat().map(async (id) => {
      const { summary } = await painted.read(id);
      return summary?.channel === channel && summary.ts === ts ? [id] : [];
    }),
  );
  const [id] = found.flat();
  return id === undefined ? undefined : records.readOrSkip(id);
}
