import { createEmulator } from 'emulate';
import { z } from 'zod';
import { manifested } from '../../../sandbox/manifest.ts';
import { startWitness, type Witness } from './witness.ts';

/** By name, as emulate made them up. */
export interface Ids {
  ada: string;
  ben: string;
  cleo: string;
  /** A public channel, and a private one. */
  deploys: string;
  quiet: string;
}

export const TEAM = 'T000000001';
export const APP = 'A0ARGOBOT';

/** Not what Slack gives out, so that nobody takes them for real. */
export const tokens = {
  /** With exactly the scopes of manifest.yml. */
  bot: 'xoxb-emulated-0123456789-abcdefghij',
  /** With none of them. */
  bare: 'xoxb-emulated-bare-0123456789',
  /** Ada's own, to look with: what the bot says of itself is no evidence. */
  reader: 'xoxp-emulated-0123456789-reader',
};
export const signingSecret = 'emulated-signing-secret-0123456789';

export interface EmulatedSlack {
  ids: Ids;
  witness: Witness;
  /** Asks as somebody, not through the witness. */
  ask(token: string, method: string, fields?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export type Answer = z.infer<typeof AnswerSchema> & { status: number };

const AnswerSchema = z.looseObject({
  ok: z.boolean().default(false),
  error: z.string().optional(),
  needed: z.string().optional(),
});

/** The Slack service of the npm package emulate, strict about scopes, with the app of manifest.yml installed. */
export async function startEmulatedSlack(): Promise<EmulatedSlack> {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: { slack: seed(manifested().botScopes) },
  });
  const ask = async (token: string, method: string, fields: Record<string, string> = {}) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(fields),
    });
    const answer = AnswerSchema.parse(await response.json());
    return { ...answer, status: response.status };
  };
  try {
    const witness = await startWitness(emulator.url);
    return {
      ids: await idsOf(ask),
      witness,
      ask,
      async stop() {
        await witness.close();
        await emulator.close();
      },
    };
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

const bot = { app_id: APP, bot_id: 'B0ARGOBOT', bot_user_id: 'U0ARGOBOT' };

function seed(scopes: readonly string[]) {
  const token = { type: 'bot', user_id: bot.bot_user_id, ...bot };
  return {
    strict_scopes: true,
    signing_secret: signingSecret,
    users: [{ name: 'ada' }, { name: 'ben' }, { name: 'cleo' }],
    channels: [{ name: 'deploys' }, { name: 'quiet', is_private: true }],
    oauth_apps: [
      {
        ...bot,
        bot_name: 'argo',
        name: 'argo',
        client_id: '1.1',
        client_secret: 'not-used',
        redirect_uris: [],
        scopes,
      },
    ],
    tokens: [
      { ...token, token: tokens.bot, scopes },
      { ...token, token: tokens.bare, scopes: [] },
      {
        token: tokens.reader,
        type: 'user',
        user: 'ada',
        scopes: ['channels:history', 'channels:read', 'groups:read', 'users:read'],
      },
    ],
  };
}

const Named = z.object({ id: z.string(), name: z.string() });

async function idsOf(ask: EmulatedSlack['ask']): Promise<Ids> {
  const types = 'public_channel,private_channel';
  const [users, channels] = [
    await ask(tokens.reader, 'users.list'),
    await ask(tokens.reader, 'conversations.list', { types }),
  ];
  const all = z.array(Named).parse([users['members'], channels['channels']].flat());
  const idOf = (name: string): string => {
    const found = all.find((one) => one.name === name);
    if (!found) throw new Error(`emulate made no ${name}`);
    return found.id;
  };
  return {
    ada: idOf('ada'),
    ben: idOf('ben'),
    cleo: idOf('cleo'),
    deploys: idOf('deploys'),
    quiet: idOf('quiet'),
  };
}
