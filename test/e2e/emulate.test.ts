import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { over } from '../../sandbox/acts.ts';
import { badCommits, commit } from '../../sandbox/engine/repository.ts';
import { readable } from '../../sandbox/transcript.ts';
import { isRecord, type Json } from '../../sandbox/workspace/model.ts';
import { createClient } from '../../src/slack/api/client.ts';
import { createGroupsOf } from '../../src/slack/api/groups.ts';
import { type Method, scopes } from '../../src/slack/api/scopes.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { GROUP, settings } from '../support/settings.ts';
import { until } from '../support/until.ts';
import type { Person, Seen } from './support/emulated-people.ts';
import { type EmulatedSlack, startEmulatedSlack, tokens } from './support/emulated-slack.ts';
import { type EmulatedWorld, startEmulatedWorld } from './support/emulated-world.ts';

/*
 * A second opinion on what the bot sends, by a Slack that others wrote. It is strict about scopes, ids, triggers, who
 * wrote what is changed, and uploads. Where it is laxer than Slack, the sandbox's workspace is the judge: it takes any
 * blocks and any number of calls, posts in public channels that the bot is not in, and takes a token that it does not
 * know for its own admin's. It reads no `oldest` and no `include_all_metadata`: it gives all of a channel, with metadata.
 * Slash commands, clicks, events and Socket Mode it does not have at all: see support/emulated-people.ts.
 */

/** What the bot calls and emulate does not have; it answers HTTP 404, where Slack says unknown_method. */
const missing: Partial<Record<Method, string>> = {
  'usergroups.users.list': 'it has no user groups, so the argo.yml here names people only',
};

/** What every call needs to be more than refused for its arguments. */
const sample = ({ ids }: EmulatedSlack): Partial<Record<Method, Record<string, string>>> => ({
  'chat.postMessage': { channel: ids.deploys, text: 'hello' },
  'chat.postEphemeral': { channel: ids.deploys, user: ids.ada, text: 'hello' },
  'conversations.history': { channel: ids.deploys },
  'conversations.replies': { channel: ids.deploys, ts: '1.0' },
  'files.getUploadURLExternal': { filename: 'a.png', length: '1' },
  'users.info': { user: ids.ada },
  'users.lookupByEmail': { email: 'ada@example.com' },
});

describe('the calls of the bot, as emulate has them', () => {
  let slack: EmulatedSlack;
  beforeAll(async () => {
    slack = await startEmulatedSlack();
  });
  afterAll(() => slack.stop());

  test.each(Object.keys(scopes).filter((method): method is Method => !(method in missing)))(
    '%s needs the scopes that scopes.ts says, and those of the manifest are enough',
    async (method) => {
      const fields = sample(slack)[method] ?? {};
      const needed = new Set<string>();
      // The channel decides which of the two scopes for reading it takes.
      for (const channel of [slack.ids.deploys, slack.ids.quiet]) {
        const bare = await slack.ask(tokens.bare, method, { ...fields, channel });
        if (bare.error === 'missing_scope') needed.add(bare.needed ?? '');
        const whole = await slack.ask(tokens.bot, method, { ...fields, channel });
        expect([whole.status, whole.error]).not.toEqual([200, 'missing_scope']);
        expect(whole.status).toBe(200);
      }
      expect([...needed].toSorted()).toEqual([...scopes[method]].toSorted());
    },
  );

  test.each(Object.entries(missing))('%s is missing: %s', async (method) => {
    expect(await slack.ask(tokens.bot, method)).toMatchObject({ status: 404, ok: false });
  });

  test('a group that cannot be asked for is no empty group', async () => {
    const client = createClient({ token: tokens.bot, slackApiUrl: `${slack.witness.url}/api/` });
    const asked = createGroupsOf(client, settings());
    await expect(asked(GROUP)).rejects.toThrow(/404/);
  });
});

describeOnHosts('the story over HTTP, with emulate for Slack', () => {
  let world: EmulatedWorld;
  beforeAll(async () => {
    world = await startEmulatedWorld();
  });
  afterAll(() => world?.stop());

  const newest = async (): Promise<string> => (await world.people.channel())[0]?.ts ?? '';
  /** The bot's message in the channel after what somebody did. */
  const after = async (act: () => Promise<void>): Promise<Seen> => {
    const before = await newest();
    await act();
    return until(async () => (await world.people.channel()).find(({ ts }) => ts > before));
  };
  const reply = (root: Seen, words: RegExp): Promise<Seen> =>
    until(async () => (await world.people.thread(root)).find((one) => words.test(readable(one))));
  const end = (root: Seen): Promise<string> =>
    until(async () => {
      const now = (await world.people.channel()).find(({ ts }) => ts === root.ts);
      return now && over.test(readable(now)) && readable(now);
    });
  /** The answer to the first call of a method after what somebody did. */
  const answered = async (method: Method, act: () => Promise<void>): Promise<Json> => {
    const { calls } = world.slack.witness;
    const known = calls.length;
    await act();
    return until(() => calls.slice(known).find((call) => call.method === method)?.answer);
  };
  const view = async (...asked: Parameters<typeof answered>): Promise<Json> => {
    const { view: shown, error } = await answered(...asked);
    if (isRecord(shown)) return shown;
    throw new Error(`emulate shows no view: ${String(error)}`);
  };
  /** What of a deployment stands there more than once; each message is painted over instead. */
  const postedTwice = async (root: Seen): Promise<unknown[]> => {
    const { deployment } = root.metadata?.event_payload ?? {};
    const all = [...(await world.people.channel()), ...(await world.people.thread(root)).slice(1)];
    const keys = all.flatMap(({ metadata }) =>
      metadata?.event_payload['deployment'] === deployment ? metadata?.event_payload['key'] : [],
    );
    expect(keys).toContain('summary');
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  };
  const approved = async (root: Seen, who: Person = 'ben'): Promise<string> => {
    await world.people.click(who, await reply(root, /\[Approve/), 'Approve');
    return end(root);
  };
  const live = async (): Promise<string> =>
    (await world.host.exec('cat /opt/argo-trading/.current_color')).stdout.trim();

  test('a release is typed, approved, live, and its thread says so', async () => {
    const root = await after(() => world.people.command('ada', 'deploy'));
    expect(await approved(root)).toMatch(/^✅.*live/u);
    expect(await live()).toBe('blue');
    await until(async () => (await world.people.thread(root)).some(({ files }) => files?.length));
    const thread = await world.people.thread(root);
    expect(thread.map(readable).join('\n')).not.toMatch(/\[Approve/);
    expect(new Set(thread.map(({ user }) => user))).toEqual(new Set(['U0ARGOBOT']));
    expect(thread[0]?.metadata?.event_payload).toMatchObject({ service: 'argo-trading' });
    expect(await postedTwice(root)).toEqual([]);
  });

  test('the form opens by its trigger, is sent back, and the second release is rolled back', async () => {
    const first = await view('views.open', () => world.people.command('ada', ''));
    const form = await view('views.update', () =>
      world.people.choose('ada', first, 'target', 'argo-trading/production'),
    );
    const root = await after(() => world.people.submit('ada', form));
    expect(await approved(root)).toMatch(/^✅.*green.*live/u);
    const back = await after(() => world.people.command('ben', 'rollback users see errors'));
    expect(await end(back)).toMatch(/^↩.*rolled back/u);
    expect(await live()).toBe('blue');
    await after(() => world.people.command('ben', 'unlock'));
  });

  test('one is rejected with a reason, by a form', async () => {
    const root = await after(() => world.people.command('ada', 'deploy'));
    const card = await reply(root, /\[Reject/);
    // Who asks for the same meanwhile gets the way to its thread.
    await answered('chat.getPermalink', () => world.people.command('ben', 'deploy'));
    const form = await view('views.open', () => world.people.click('ben', card, 'Reject'));
    const typed = { reason: { text: { type: 'plain_text_input', value: 'markets are open' } } };
    await world.people.submit('ben', form, typed);
    expect(await end(root)).toMatch(/rejected.*markets are open/i);
  });

  test('a bad one fails with its reason in the thread, before anything is asked of anybody', async () => {
    await commit(world.repository, badCommits.unboundHealth);
    // The answers to the first two posts: it looks for one in the channel and for the other in the thread.
    world.slack.witness.lose('chat.postMessage', 2);
    const root = await after(() => world.people.command('ada', 'deploy'));
    expect(await end(root)).toMatch(/^❌/u);
    await reply(root, /argo\/api\/health\.py/);
    // Posted last: the first two may already tell the whole story, long before the bot has looked for them.
    await until(async () =>
      (await world.people.thread(root)).some(
        ({ metadata }) => metadata?.event_payload['key'] === 'result',
      ),
    );
    expect(await postedTwice(root)).toEqual([]);
    expect(await live()).toBe('blue');
  });

  test('one person is answered alone, and the Home tab is drawn', async () => {
    await answered('chat.postEphemeral', () => world.people.command('ada', 'status'));
    const home = await view('views.publish', () => world.people.openHome('ada'));
    expect(JSON.stringify(home['blocks'])).toContain('argo-trading');
  });

  test('a member of the channel without a role sees the Home tab, too', async () => {
    await answered('conversations.members', () => world.people.openHome('cleo'));
  });

  test('of every call but that of approval.authors there was one, and none was refused', () => {
    // The address for private answers is no method, and is used up on purpose.
    const calls = world.slack.witness.calls.filter(({ method }) => method !== 'used-up');
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([]);
    const called = new Set(calls.map(({ method }) => method));
    const left = Object.keys(scopes).filter((method) => !called.has(method));
    expect(left.toSorted()).toEqual([...Object.keys(missing), 'users.lookupByEmail'].toSorted());
    expect([...called].filter((method) => !(method in scopes))).toEqual([]);
  });
});
