// Registers the listeners with Bolt. For each command or click: ack, run the listener, then answer.
import type { App, BlockAction, ButtonAction, RespondFn, SlashCommand } from '@slack/bolt';
import { answering } from '../requests/answer.ts';
import type { Interaction } from '../contract/interaction.ts';
import { parse } from '../grammar/parse.ts';
import { safeAck } from '../entrance/safe-ack.ts';
import { refuseForeign } from '../entrance/refuse-foreign.ts';
import { handleInteraction } from '../entrance/handle-interaction.ts';
import { registerHomeTab } from '../home/register.ts';
import { COMMAND, commands } from '../grammar/commands.ts';
import { actions, runCommand, urgentActions } from './listeners.ts';
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
    await safeAck(ports, () => ack());
    const urgent = commands[parsed.kind].urgent ?? false;
    const interaction = { ...commandInteraction(ports, command, respond), urgent };
    await handleInteraction(ports, interaction, () => runCommand(parsed, interaction, ports));
  });
  for (const listener of actions) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: new RegExp(`^${listener.id}(?::|$)`) },
      async (args) => {
        await safeAck(ports, () => args.ack());
        const urgent = urgentActions.has(listener.id);
        const interaction = { ...clickInteraction(ports, args.body, args.respond), urgent };
        await handleInteraction(ports, interaction, () =>
          listener.click(valueOf(args.action.value), interaction, ports),
        );
      },
    );
  }
  registerSubmissions(app, ports);
  registerShortcuts(app, ports);
  registerHomeTab(app, ports);
}

function commandInteraction(
  ports: SlackPorts,
  command: SlashCommand,
  respond: RespondFn,
): Interaction {
  const place = { user: command.user_id, channel: command.channel_id };
  return {
    ...place,
    id: `command:${command.trigger_id}`,
    team: command.team_id,
    trigger: command.trigger_id,
    answerUrl: command.response_url,
    answer: answering(ports.client, place, respond),
  };
}

function clickInteraction(
  ports: SlackPorts,
  body: BlockAction<ButtonAction>,
  respond: RespondFn,
): Interaction {
  // The Home tab has no channel, so the answer is shown on the tab itself.
  const atHome = body.view?.type === 'home';
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
    answer: atHome
      ? ({ text }) => ports.home.show(place.user, text)
      : answering(ports.client, place, respond),
  };
}
