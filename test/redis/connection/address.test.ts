import { describe, expect, test } from '@jest/globals';
import { hostsOf, readRedisUrl, secretsOf } from '../../../src/redis/connection/address.ts';

function addressOf(url: string) {
  const read = readRedisUrl(url);
  if (read.kind === 'wrong') throw new Error(read.why);
  return read.address;
}

describe('REDIS_URL', () => {
  test('names one server, as everywhere', () => {
    const url = 'rediss://argo:hunter%402secret@redis.example:6380/2';
    expect(addressOf(url)).toEqual({
      kind: 'server',
      url,
      nodes: [{ host: 'redis.example', port: 6_380 }],
      tls: true,
      username: 'argo',
      password: 'hunter@2secret',
    });
    expect(hostsOf(addressOf(url))).toBe('redis.example:6380');
    expect(secretsOf(addressOf(url))).toEqual(['hunter@2secret']);
  });

  test('names a Sentinel group, with users of its servers and of its Sentinels', () => {
    const read = addressOf(
      'rediss+sentinel://argo:p%40ss%2Fword@one,two:26380,[fd00::3]:26381/mymaster/3?sentinel_username=watcher&sentinel_password=other%26word',
    );
    expect(read).toEqual({
      kind: 'sentinel',
      tls: true,
      nodes: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_380 },
        { host: 'fd00::3', port: 26_381 },
      ],
      username: 'argo',
      password: 'p@ss/word',
      master: 'mymaster',
      db: 3,
      sentinelUsername: 'watcher',
      sentinelPassword: 'other&word',
    });
    expect(hostsOf(read)).toBe('one:26379, two:26380, fd00::3:26381');
    expect(secretsOf(read)).toEqual(['p@ss/word', 'other&word']);
  });

  test('names a cluster', () => {
    expect(addressOf('redis+cluster://:secret@10.0.0.1:7000,10.0.0.2')).toEqual({
      kind: 'cluster',
      tls: false,
      nodes: [
        { host: '10.0.0.1', port: 7_000 },
        { host: '10.0.0.2', port: 6_379 },
      ],
      username: undefined,
      password: 'secret',
    });
    expect(secretsOf(addressOf('redis+cluster://one,two'))).toEqual([]);
  });

  test.each([
    ['localhost:6379', /^is not a redis:\/\/ address/],
    ['redis+socket:///run/redis', /^is not a redis:\/\/ address/],
    ['redis://', /^is not a redis:\/\/ address/],
    ['redis+sentinel://one:26379,two:26379', /^names no master: redis\+sentinel:\/\/host/],
    ['redis+sentinel://one,two/', /^names no master/],
    ['redis+sentinel://one,two/mymaster/main', /not the number of a database/],
    ['redis+sentinel://one/mymaster?password=hunter2', /sentinel_password/],
    ['redis+sentinel://one,two:many/mymaster', /not host:port \(number 2\)/],
    ['redis+sentinel://one,,two/mymaster', /not host:port \(number 2\)/],
    ['redis+cluster://argo:hunter2/x@one', /@ is written %40/],
    ['redis+cluster://argo:hunter2@x@one', /@ is written %40/],
    ['redis+cluster://argo:hunter2%@one', /percent-encoded/],
    ['redis+cluster://one,two/1', /no master and one database/],
  ])('%s is refused in words that show nothing of it', (url, why) => {
    const read = readRedisUrl(url);
    expect(read).toEqual({ kind: 'wrong', why: expect.stringMatching(why) });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });
});
