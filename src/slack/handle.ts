import { isFailure } from '../deploy/errors.ts';
import { cleanMessage } from './clean-message.ts';
import type { Ask, Reply } from './ask.ts';
import type { SlackPorts } from './ports.ts';
import { broken } from './views/answers.ts';
import { section } from './views/blocks.ts';

const REMEMBERED_SECONDS = 3_600;

/** What follows every ack: once a request, with an answer whatever happens. */
export async function handle(
  ports: SlackPorts,
  ask: Ask,
  work: () => Promise<Reply | undefined>,
): Promise<void> {
  try {
    if (!(await ports.remember(ask.id, REMEMBERED_SECONDS))) {
      return ports.log.info({ ask: ask.id }, 'delivered twice, done once');
    }
    const reply = await work();
    if (reply) await ask.answer(presented(ports, reply));
  } catch (error) {
    await admit(ports, ask, error);
  }
}

async function admit(ports: SlackPorts, ask: Ask, error: unknown): Promise<void> {
  const message = ports.redactor.clean(error instanceof Error ? error.message : String(error));
  const { id, user, channel } = ask;
  ports.log.error({ ask: id, user, channel, error: message }, 'a request from Slack failed');
  const next = isFailure(error) ? error.next : 'The log of argo-bot says more.';
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
