import { type OwnWords, ownWords } from '../../deploy/record/error-for-people.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { turnedAway } from './turned-away.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { broken } from '../views/answers/answers.ts';
import { section } from '../views/parts/blocks.ts';

const REMEMBERED_SECONDS = 3_600;

/** What follows every ack: once a request, with an answer whatever happens. */
export async function handle(
  ports: SlackPorts,
  ask: Interaction,
  work: () => Promise<Reply | undefined>,
): Promise<void> {
  try {
    if (!(await ports.remember(ask.id, REMEMBERED_SECONDS))) {
      return ports.log.info({ ask: ask.id }, 'delivered twice, done once');
    }
    const refusal = await turnedAway(ports, ask, ask.urgent ? 'urgent' : 'ordinary');
    const reply = refusal ?? (await work());
    if (reply) await ask.answer(presented(ports, reply));
  } catch (error) {
    await admit(ports, ask, error);
  }
}

async function admit(ports: SlackPorts, ask: Interaction, error: unknown): Promise<void> {
  const { id, user, channel } = ask;
  ports.log.error({ ask: id, user, channel, err: error }, 'a request from Slack failed');
  const { message, next } = slackWords(error) ?? ownWords(error, id);
  try {
    await ask.answer(presented(ports, broken(message, next)));
  } catch {
    ports.log.warn({ ask: id, user }, 'and Slack did not take the answer either');
  }
}

/** In blocks, since they alone show every text from outside as it is. */
function presented({ redactor }: SlackPorts, reply: Reply): Reply {
  return cleanMessage(redactor, { ...reply, blocks: reply.blocks ?? [section(reply.text)] });
}

/** Slack's own refusals and silences; undefined for what did not come from Slack. */
function slackWords(error: unknown): OwnWords | undefined {
  const trouble = slackErrorOf(error);
  switch (trouble?.kind) {
    case undefined:
      return undefined;
    case 'limited':
      return { message: 'Slack asks us to wait', next: 'Try again in a minute.' };
    case 'unknown':
      return { message: 'Slack did not answer', next: 'Look whether it was done; then try again.' };
    case 'refused':
      return {
        message: `Slack refused it (${trouble.error})`,
        next: 'Try again. If it says the same: argo-bot doctor finds missing rights.',
      };
  }
}
