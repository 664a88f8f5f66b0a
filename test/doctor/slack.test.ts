import { describe, expect, test } from '@jest/globals';
import type { Access } from '../../src/deploy/settings/settings.ts';
import { neededScopes } from '../../src/slack/api/scopes.ts';
import { type SlackAnswer, type SlackQuestions, slackPart } from '../../src/doctor/slack.ts';

const answered = async <T>(value: T): Promise<SlackAnswer<T>> => ({ kind: 'answered', value });
const refused = async (reason: string): Promise<SlackAnswer<never>> => ({
  kind: 'refused',
  error: reason,
});

const needed = ['commands', 'chat:write', 'users:read', 'users:read.email'];
const right: SlackQuestions = {
  identity: () => answered({ team: 'Acme', bot: 'argo', scopes: needed }),
  socket: () => answered(undefined),
  channel: () => answered(undefined),
  user: () => answered({ deactivated: false, refused: undefined }),
  group: () => answered({ members: 2 }),
};
const access: Access = {
  deploy: ['U1', 'S1'],
  approve: ['U1'],
  rollback: [],
  unlock: [],
  break_glass: [],
  channels: ['C1'],
};

const look = async (different: Partial<SlackQuestions> = {}) => {
  const { findings } = await slackPart({ ...right, ...different }, needed, [
    { place: 'engine in production', access },
    { place: 'engine in staging', access },
  ]);
  return findings;
};

const withoutScopes = () => answered({ team: 'Acme', bot: 'argo', scopes: [] });

test('each missing scope is told with its effect', async () => {
  const asked = { ...right, identity: withoutScopes };
  const { findings } = await slackPart(asked, neededScopes, []);
  const text = findings.find(({ what }) => what === 'bot scopes')?.text ?? '';
  expect(text).toContain('the Slack app lacks commands, so /argo does not work; chat:write, so ');
  expect(text.match(/, so /g)).toHaveLength(neededScopes.length);
});

test('everything that argo.yml names is asked for once', async () => {
  const findings = await look();
  expect(findings.map(({ level, what }) => `${level} ${what}`)).toEqual([
    'ok bot token',
    'ok bot scopes',
    'ok app token',
    'ok channel C1',
    'ok user U1',
    'ok group S1',
  ]);
  expect(findings[3]?.text).toMatch(/engine in production, engine in staging/);
});

describe('what is wrong is told with what to do, and hides nothing else', () => {
  test.each<[string, Partial<SlackQuestions>, string, RegExp]>([
    [
      'a bad bot token',
      { identity: () => refused('invalid_auth') },
      'fail bot token',
      /SLACK_BOT_TOKEN/,
    ],
    [
      'a scope that is missing',
      { identity: () => answered({ team: 'Acme', bot: 'argo', scopes: ['commands'] }) },
      'fail bot scopes',
      /Reinstall to Workspace/,
    ],
    [
      'a scope that only approval.authors needs',
      {
        identity: () =>
          answered({
            team: 'Acme',
            bot: 'argo',
            scopes: ['commands', 'chat:write', 'users:read'],
          }),
      },
      'warn bot scopes',
      /Reinstall to Workspace/,
    ],
    [
      'a bad app token',
      { socket: () => refused('invalid_auth') },
      'fail app token',
      /connections:write/,
    ],
    [
      'a channel without the bot',
      { channel: () => refused('not_in_channel') },
      'fail channel C1',
      /^in that channel: \/invite @argo$/,
    ],
    [
      'no such channel',
      { channel: () => refused('channel_not_found') },
      'fail channel C1',
      /access\.channels/,
    ],
    ['no such user', { user: () => refused('user_not_found') }, 'fail user U1', /Copy member ID/],
    [
      'a user who has left',
      { user: () => answered({ deactivated: true, refused: 'gone' }) },
      'warn user U1',
      /take it out/,
    ],
    [
      'a guest',
      { user: () => answered({ deactivated: false, refused: 'Guests cannot.' }) },
      'warn user U1',
      /full member/,
    ],
    [
      'a user who cannot be looked up',
      { user: () => refused('missing_scope') },
      'fail user U1',
      /Reinstall/,
    ],
    ['no such group', { group: () => refused('no_such_subteam') }, 'fail group S1', /user group/],
    ['a group of nobody', { group: () => answered({ members: 0 }) }, 'warn group S1', /add people/],
    [
      'Slack being away',
      { group: () => Promise.resolve({ kind: 'unknown', why: 'ECONNRESET' }) },
      'fail group S1',
      /curl/,
    ],
    [
      'Slack asking to wait',
      { user: () => Promise.resolve({ kind: 'limited', ms: 3_000 }) },
      'warn user U1',
      /again/,
    ],
    [
      'a fault of ours',
      { user: () => Promise.reject(new Error('oops')) },
      'fail user U1',
      /report/,
    ],
  ])('%s', async (_name, different, found, fix) => {
    const findings = await look(different);
    const bad = findings.filter(({ level }) => level !== 'ok');
    expect(bad.map(({ level, what }) => `${level} ${what}`)).toEqual([found]);
    expect(bad[0]?.fix).toMatch(fix);
  });
});

test('over HTTP there is no app token to look at', async () => {
  expect((await look({ socket: undefined })).map(({ what }) => what)).not.toContain('app token');
});
