// Decides what follows every ack: deduplicate, authorize entry, run the listener, answer, report errors.
import { type ErrorForPeople, errorForPeople } from '../../deploy/record/errors.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { refuseEntry } from './refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { requestFailed } from '../views/answers/answers.ts';
import { section } from '../views/parts/blocks.ts';

const REMEMBERED_SECONDS = 3_600;

/** Always answers, also when `work` throws. */
export async function handleInteraction(
  ports: SlackPorts,
  interaction: Interaction,
  work: () => Promise<Reply | undefined>,
): Promise<void> {
  try {
    if (!(await ports.isFirstDelivery(interaction.id, REMEMBERED_SECONDS))) {
      return ports.log.info(
        { interaction: interaction.id },
        'Slack delivered a request twice; ignored',
      );
    }
    const refusal = await refuseEntry(
      ports,
      interaction,
      interaction.urgent ? 'urgent' : 'ordinary',
    );
    const reply = refusal ?? (await work());
    if (reply) await interaction.answer(toBlocks(ports, reply));
  } catch (error) {
    await reportFailure(ports, interaction, error);
  }
}

async function reportFailure(
  ports: SlackPorts,
  interaction: Interaction,
  error: unknown,
): Promise<void> {
  const { id, user, channel } = interaction;
  ports.log.error({ interaction: id, user, channel, err: error }, 'a request from Slack failed');
  const { message, next } = slackErrorWords(error) ?? errorForPeople(error, id);
  try {
    await interaction.answer(toBlocks(ports, requestFailed(message, next)));
  } catch {
    ports.log.warn({ interaction: id, user }, 'and Slack did not take the answer either');
  }
}

/** Only blocks show outside text without formatting it. */
function toBlocks({ redactor }: SlackPorts, reply: Reply): Reply {
  return cleanMessage(redactor, { ...reply, blocks: reply.blocks ?? [section(reply.text)] });
}

/** Undefined for an error that is not Slack's. */
function slackErrorWords(error: unknown): ErrorForPeople | undefined {
  const trouble = slackErrorOf(error);
  switch (trouble?.kind) {
    case undefined:
      return undefined;
    case 'limited':
      return { message: 'Slack’s rate limit is reached', next: 'try again in a minute.' };
    case 'unknown':
      return {
        message: 'Slack did not answer',
        next: 'check with `/argo status` whether it was done; then retry.',
      };
    case 'refused':
      return {
        message: `Slack refused it (${trouble.error})`,
        next: 'retry. If it fails again, run `argo-bot doctor` on the bot’s machine.',
      };
  }
}
