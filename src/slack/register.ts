import type {
  AckFn,
  App,
  BlockAction,
  ButtonAction,
  RespondFn,
  SlashCommand,
  ViewSubmitAction,
} from '@slack/bolt';
import { answering } from './answer.ts';
import type { Ask } from './ask.ts';
import { parse } from './commands/grammar.ts';
import { handle } from './handle.ts';
import { actions, COMMAND, runCommand } from './listeners.ts';
import type { SlackPorts } from './ports.ts';
import { rejectSubmission } from './submissions/reject.ts';
import { ids, RejectMetadata } from './values.ts';
import { wrong } from './views/answers.ts';
import { reasonBlock, reasonInput } from './views/reject-modal.ts';

/** Ties the listeners to Bolt: ack at once, then work, then answer. */
export function register(app: App, ports: SlackPorts): void {
  app.command(COMMAND, async ({ command, ack, respond }) => {
    const parsed = parse(command.text ?? '');
    if (parsed.kind === 'wrong') {
      return acked(ports, () => ack({ response_type: 'ephemeral', ...wrong(parsed) }));
    }
    await acked(ports, () => ack());
    const ask = askOfCommand(ports, command, respond);
    await handle(ports, ask, () => runCommand(parsed, ask, ports));
  });
  for (const listener of actions) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: listener.id },
      async (args) => {
        await acked(ports, () => args.ack());
        const ask = askOfClick(ports, args.body, args.respond);
        await handle(ports, ask, () => listener.click(valueOf(args.action.value), ask, ports));
      },
    );
  }
  app.view<ViewSubmitAction>(ids.rejectModal, ({ body, ack }) => submitted(ports, body, ack));
}

async function submitted(
  ports: SlackPorts,
  body: ViewSubmitAction,
  ack: AckFn<{ response_action: 'errors'; errors: Record<string, string> }>,
): Promise<void> {
  const reason = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = RejectMetadata.safeParse(valueOf(body.view.private_metadata));
  if (reason === '' || !metadata.success) {
    const says = metadata.success
      ? 'Say why: the thread shows it.'
      : 'This form is from an older version of argo-bot. Close it and click Reject again.';
    return acked(ports, () => ack({ response_action: 'errors', errors: { [reasonBlock]: says } }));
  }
  await acked(ports, () => ack());
  const { channel, thread } = metadata.data;
  const place = { user: body.user.id, channel, thread };
  const ask: Ask = {
    ...place,
    id: `view:${body.view.id}:${body.view.hash}`,
    team: body.team?.id ?? '',
    trigger: '',
    answer: answering(ports.client, place),
  };
  await handle(ports, ask, () => rejectSubmission(metadata.data, reason, ask, ports));
}

/** An ack on a connection that has just died rejects; the work is wanted all the same. */
async function acked({ log }: SlackPorts, ack: () => Promise<void>): Promise<void> {
  try {
    await ack();
  } catch (error) {
    log.warn({ error: String(error) }, 'an ack did not reach Slack');
  }
}

function askOfCommand(ports: SlackPorts, command: SlashCommand, respond: RespondFn): Ask {
  const place = { user: command.user_id, channel: command.channel_id };
  return {
    ...place,
    id: `command:${command.trigger_id}`,
    team: command.team_id,
    trigger: command.trigger_id,
    answer: answering(ports.client, place, respond),
  };
}

function askOfClick(ports: SlackPorts, body: BlockAction<ButtonAction>, respond: RespondFn): Ask {
  const message = body.message as { ts?: string; thread_ts?: string } | undefined;
  const place = {
    user: body.user.id,
    channel: body.channel?.id ?? body.container['channel_id'] ?? '',
    thread: message?.thread_ts ?? message?.ts,
  };
  return {
    ...place,
    id: `action:${body.trigger_id}:${body.actions[0]?.action_ts ?? ''}`,
    team: body.team?.id ?? '',
    trigger: body.trigger_id,
    answer: answering(ports.client, place, respond),
  };
}

/** Our own JSON, unless it is not. */
function valueOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
