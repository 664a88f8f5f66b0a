import { z } from 'zod';
import { systemClock } from '../../../sandbox/workspace/clock.ts';
import { HttpDelivery } from '../../../sandbox/workspace/delivery/http.ts';
import type { EnvelopeType, Reply } from '../../../sandbox/workspace/delivery/delivery.ts';
import type { Json } from '../../../sandbox/workspace/model.ts';
import { actionOf, findTarget } from '../../../sandbox/workspace/people/elements.ts';
import { initialState } from '../../../sandbox/workspace/people/view-state.ts';
import { APP, type EmulatedSlack, signingSecret, TEAM, tokens } from './emulated-slack.ts';

/** A message as the Web API gives it to whoever asks. */
const MessageSchema = z.looseObject({
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  edited: z.looseObject({}).optional(),
  metadata: z.looseObject({ event_payload: z.looseObject({}) }).optional(),
  blocks: z.array(z.record(z.string(), z.unknown())).optional(),
  files: z.array(z.looseObject({ name: z.string(), size: z.number() })).optional(),
});
export type Seen = z.infer<typeof MessageSchema>;

/** Cleo has no role: she may only look. */
export type Person = 'ada' | 'ben' | 'cleo';

/**
 * What emulate has no part in: it takes no slash command and no click, so they are signed and posted here, as Slack
 * does over HTTP. What the bot makes of them is read back from emulate, as Ada.
 */
export function people(slack: EmulatedSlack, address: string) {
  const { ids } = slack;
  const delivery = new HttpDelivery({ url: address, signingSecret, clock: systemClock });

  async function send(type: EnvelopeType, payload: Json): Promise<void> {
    const reply: Reply = await delivery.send({ id: crypto.randomUUID(), type, payload });
    if (!reply.ok) throw new Error(`the bot did not acknowledge: ${reply.error}`);
  }

  async function triggerOf(person: Person): Promise<string> {
    const made = await slack.ask(tokens.bot, 'views.generateTriggerId', { user_id: ids[person] });
    return z.string().parse(made['trigger_id']);
  }

  async function interaction(type: string, person: Person): Promise<Json> {
    return {
      type,
      user: { id: ids[person], name: person, team_id: TEAM },
      api_app_id: APP,
      team: { id: TEAM, domain: 'emulate' },
      trigger_id: await triggerOf(person),
      // Nothing answers there any more, so that private answers go over the Web API.
      response_url: `${slack.witness.url}/used-up`,
    };
  }

  async function messages(method: string, fields: Record<string, string>): Promise<Seen[]> {
    const answer = await slack.ask(tokens.reader, method, { channel: ids.deploys, ...fields });
    return z.array(MessageSchema).parse(answer['messages']);
  }

  return {
    async command(person: Person, text: string): Promise<void> {
      const { user: _, team: __, type: ___, ...rest } = await interaction('', person);
      await send('slash_commands', {
        ...rest,
        command: '/argo',
        text,
        team_id: TEAM,
        user_id: ids[person],
        channel_id: ids.deploys,
      });
    },
    async click(person: Person, message: Seen, label: string): Promise<void> {
      const container = { type: 'message', message_ts: message.ts, channel_id: ids.deploys };
      await send('interactive', {
        ...(await interaction('block_actions', person)),
        container,
        channel: { id: ids.deploys, name: 'deploys' },
        message,
        actions: [actionOf(findTarget(message.blocks, label), null, message.ts)],
      });
    },
    /** Chooses in an open form what the app wants to hear of at once. */
    async choose(person: Person, view: Json, action: string, value: string): Promise<void> {
      const chosen = actionOf(findTarget(view['blocks'], action), value, '1.0');
      await send('interactive', {
        ...(await interaction('block_actions', person)),
        container: { type: 'view', view_id: view['id'] },
        view,
        actions: [chosen],
      });
    },
    /** Sends a form back; `typed` by block and then by input, all else as it was opened. */
    async submit(person: Person, view: Json, typed: Record<string, Json> = {}): Promise<void> {
      const { values } = initialState(
        z.array(z.record(z.string(), z.unknown())).parse(view['blocks']),
      );
      await send('interactive', {
        ...(await interaction('view_submission', person)),
        view: { ...view, state: { values: { ...values, ...typed } } },
      });
    },
    openHome: (person: Person) =>
      send('events_api', {
        type: 'event_callback',
        event_id: `Ev${crypto.randomUUID()}`,
        team_id: TEAM,
        api_app_id: APP,
        event: { type: 'app_home_opened', user: ids[person], tab: 'home', channel: 'D0HOME' },
      }),
    channel: () => messages('conversations.history', {}),
    thread: ({ ts }: Seen) => messages('conversations.replies', { ts }),
  };
}
