// Decides the steps of every request: ack, deduplicate, check membership and rate limit, run the listener, answer.
import { type ErrorForPeople, errorForPeople } from '../../deploy/record/errors.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Answer, Interaction, Reply } from '../contract/interaction.ts';
import { refuseEntry } from './refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { answerNotShown, requestFailed } from '../views/answers/answers.ts';
import { section } from '../views/parts/blocks.ts';

const REMEMBERED_SECONDS = 3_600;

/** Confirms the request to Slack, runs `work` and sends its reply. If `work` throws, tells the person so. */
export async function handleInteraction(
  interaction: Interaction,
  ack: () => Promise<void>,
  work: () => Answer,
): Promise<void> {
  const { ports, urgent } = interaction;
  await safeAck(ports, ack);
  try {
    if (!(await ports.isFirstDelivery(interaction.id, REMEMBERED_SECONDS))) {
      return ports.log.info(
        { interaction: interaction.id },
        'Slack delivered a request twice; argo-bot ignores the second delivery',
      );
    }
    const refusal = await refuseEntry(ports, interaction, urgent ? 'urgent' : 'ordinary');
    const reply = refusal ?? (await work());
    if (reply) await sendReply(interaction, reply);
  } catch (error) {
    await reportFailure(interaction, error);
  }
}

/** Never throws: the request was handled, so the person must not read that it failed. */
async function sendReply(interaction: Interaction, reply: Reply): Promise<void> {
  const { ports, id, user, channel } = interaction;
  try {
    await interaction.answer(toBlocks(ports, reply));
  } catch (error) {
    ports.log.error(
      { interaction: id, user, channel, err: error },
      'argo-bot handled a request, but Slack did not accept the answer, so argo-bot sends a short one; see `err`',
    );
    await sendLast(interaction, answerNotShown());
  }
}

/** Confirms a request to Slack. Never throws, so that a closed connection does not stop the request. */
export async function safeAck(
  { log }: Pick<SlackPorts, 'log'>,
  ack: () => Promise<void>,
): Promise<void> {
  try {
    await ack();
  } catch (error) {
    log.warn(
      { error: String(error) },
      'Slack did not get the acknowledgement of a request and may show an error; argo-bot handles the request',
    );
  }
}

async function reportFailure(interaction: Interaction, error: unknown): Promise<void> {
  const { ports, id, user, channel } = interaction;
  ports.log.error(
    { interaction: id, user, channel, err: error },
    'a request from Slack failed, and argo-bot tells the person; see `err`',
  );
  const { message, next } = slackErrorWords(error) ?? errorForPeople(error, id);
  await sendLast(interaction, requestFailed(message, next));
}

async function sendLast(interaction: Interaction, reply: Reply): Promise<void> {
  const { ports, id, user } = interaction;
  try {
    await interaction.answer(toBlocks(ports, reply));
  } catch {
    ports.log.warn(
      { interaction: id, user },
      'the answer to a request did not reach Slack, so the person does not know what became of it; tell them',
    );
  }
}

/** Puts a reply of text only into a block: outside of blocks, Slack would format untrusted text. */
function toBlocks({ redactor }: SlackPorts, reply: Reply): Reply {
  return cleanMessage(redactor, { ...reply, blocks: reply.blocks ?? [section(reply.text)] });
}

/** Returns undefined for an error that Slack did not cause. */
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
