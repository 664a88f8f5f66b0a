import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../src/argo-yml/environment.ts';
import { isFailure } from '../../src/deploy/record/errors.ts';

const socket = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
const http = { SLACK_MODE: 'http', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '0123456789' };

function problems(env: Record<string, string | undefined>): string[] {
  try {
    readEnvironment(env);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
}

describe('the environment', () => {
  test('of a bot over a socket needs two tokens and nothing else', () => {
    expect(readEnvironment(socket)).toMatchObject({
      SLACK_MODE: 'socket',
      ARGO_CONFIG: 'argo.yml',
      PORT: 3000,
      LOG_LEVEL: 'info',
    });
  });

  test('of a bot over HTTP needs the signing secret', () => {
    expect(readEnvironment(http).SLACK_MODE).toBe('http');
    expect(problems({ ...http, SLACK_SIGNING_SECRET: undefined })).toEqual([
      'SLACK_SIGNING_SECRET is not set: the signing secret, from Basic Information of the Slack app',
    ]);
    expect(problems({ ...http, SLACK_SIGNING_SECRET: 'short' })).toHaveLength(1);
  });

  test('that is empty is told everything at once', () => {
    expect(problems({})).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN is not set/),
      expect.stringMatching(/^SLACK_APP_TOKEN is not set/),
    ]);
  });

  test('that sets a variable to nothing has not set it', () => {
    expect(problems({ ...socket, SLACK_APP_TOKEN: '' })).toEqual([
      expect.stringMatching(/^SLACK_APP_TOKEN is not set/),
    ]);
    expect(readEnvironment({ ...socket, SLACK_SIGNING_SECRET: '', PORT: '' }).PORT).toBe(3000);
  });

  test.each([
    [{ SLACK_BOT_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN does not begin with xoxb-'],
    [{ SLACK_APP_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN does not begin with xapp-'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL is not a redis:// address'],
    [{ REDIS_URL: 'http://redis' }, 'REDIS_URL is not a redis:// address'],
    [{ SLACK_API_URL: 'slack' }, 'SLACK_API_URL is not an address'],
    [{ PORT: 'many' }, 'PORT is not a port'],
    [{ PORT: '70000' }, 'PORT is not a port'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is none of'],
  ])('with %j is refused', (wrong, why) => {
    expect(problems({ ...socket, ...wrong })).toEqual([expect.stringContaining(why)]);
  });

  test('in a mode that there is not is told that and the rest', () => {
    expect(problems({ SLACK_MODE: 'pigeon', LOG_LEVEL: 'loud' })).toEqual([
      'SLACK_MODE is neither socket nor http',
      expect.stringContaining('LOG_LEVEL'),
      expect.stringContaining('SLACK_BOT_TOKEN'),
    ]);
  });

  test('never shows what was set', () => {
    expect(problems({ ...socket, SLACK_BOT_TOKEN: 'hunter2' }).join()).not.toContain('hunter2');
  });
});
