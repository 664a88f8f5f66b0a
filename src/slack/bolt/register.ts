// Registers the listeners with Bolt. For each command or click: ack, run the listener, then answer.
import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import { parse } from '../grammar/parse.ts';
import { refuseForeign } from '../entrance/workspace.ts';
import { handleInteraction, safeAck } from '../entrance/handle-interaction.ts';
import { registerHomeTab } from '../home/home.ts';
import { COMMAND, commands } from '../grammar/commands.ts';
import { actions, runCommand } from './listeners.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { registerShortcuts } from '../shortcuts/register.ts';
import { registerSubmissions } from '../submissions/register.ts';
import { valueOf } from '../contract/values.ts';
import { wrongCommand } from '../views/answers/answers.ts';

export function register(app: App, ports: SlackPorts): void {
  refuseForeign(app, ports);
  app.command(COMMAND, async ({ command, ack, respond }) => {
    const parsed = parse(command.text ?? '');
    if (parsed.kind === 'wrong') {
      return safeAck(ports, () => ack({ response_type: 'ephemeral', ...wrongCommand(parsed) }));
    }
    const place = { user: command.user_id, channel: command.channel_id };
    const interaction: Interaction = {
      ports,
      ...place,
      id: `command:${command.trigger_id}`,
      team: command.team_id,
      typed: `${COMMAND} ${command.text ?? ''}`.trimEnd(),
      urgent: commands[parsed.kind].urgent ?? false,
      trigger: command.trigger_id,
      answerUrl: command.response_url,
      answer: answering(ports, place, respond),
    };
    await handleInteraction(interaction, ack, () => runCommand(parsed, interaction));
  });
  for (const { id, urgent = false, click } of actions) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: new RegExp(`^${id}(?::|$)`) },
      async ({ body, action, ack, respond }) => {
        const interaction = { ...clickInteraction(ports, body, respond), urgent };
        await handleInteraction(interaction, ack, () => click(valueOf(action.value), interaction));
      },
    );
  }
  registerSubmissions(app, ports);
  registerShortcuts(app, ports);
  registerHomeTab(app, ports);
}

function clickInteraction(
  ports: SlackPorts,
  body: BlockAction<ButtonAction>,
  respond: RespondFn,
): Interaction {
  // A click on the Home tab has no channel, so the tab itself shows the answer.
  const atHome = body.view?.type === 'home';
  const message = body.message as { ts?: string; thread_ts?: string } | undefined;
  const place = {
    user: body.user.id,
    channel: body.channel?.id ?? body.container['channel_id'] ?? '',
    thread: message?.thread_ts ?? message?.ts,
  };
  return {
    ports,
    ...place,
    id: `action:${body.trigger_id}:${body.actions[0]?.action_ts ?? ''}`,
    team: body.team?.id ?? '',
    trigger: body.trigger_id,
    answer: atHome
      ? ({ text }) => ports.home.show(place.user, text)
      : answering(ports, place, respond),
  };
}
