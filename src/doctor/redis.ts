import { fail, type Finding, ok, warn } from './finding.ts';

/** What a Redis says of itself; undefined where it keeps that to itself. */
export interface RedisFacts {
  version: string;
  policy: string | undefined;
  aof: boolean;
  /** When AOF is written to disk: always, everysec, no. */
  fsync: string | undefined;
  /** When snapshots are made: `3600 1 300 100`. */
  snapshots: string | undefined;
  lastWriteOk: boolean;
  /** Of one question, the median of some, in milliseconds. */
  latencyMs: number;
  /** Which one of a Sentinel group or a cluster it is, and how many could take its place. */
  group: { host: string; port: number; replicas: number } | undefined;
}

/** GETDEL, which takes a lock off in one step, came with it. */
const OLDEST = [6, 2];
const SLOW_MS = 50;

/** A command for the very server that was asked; redis-cli knows no address of several. */
function cliOf({ group }: RedisFacts): string {
  return group ? `redis-cli -h ${group.host} -p ${group.port}` : 'redis-cli -u "$REDIS_URL"';
}

export function redisFindings(facts: RedisFacts): Finding[] {
  const { version, policy, latencyMs } = facts;
  const cli = cliOf(facts);
  return [
    oldEnough(version)
      ? ok('version', version)
      : fail(
          'version',
          `${version} is too old: 6.2 or newer is needed`,
          'install a newer redis-server, or set REDIS_URL to one',
        ),
    policy === 'noeviction' || policy === undefined
      ? ok('eviction', policy ?? 'not told by this Redis')
      : fail(
          'eviction',
          `maxmemory-policy is ${policy}: records of deployments could be thrown away`,
          `${cli} config set maxmemory-policy noeviction && ${cli} config rewrite`,
        ),
    persistence(facts),
    ...replication(facts),
    ...(facts.lastWriteOk
      ? []
      : [
          fail(
            'last write',
            'the last write to disk failed',
            'make room on its disk (df -h), and read its log: journalctl -u redis-server -n 50',
          ),
        ]),
    latencyMs > SLOW_MS
      ? warn(
          'latency',
          `${latencyMs} ms for one question: each step of a deployment asks several`,
          'run the bot near its Redis',
        )
      : ok('latency', `${latencyMs} ms`),
  ];
}

function replication(facts: RedisFacts): Finding[] {
  if (!facts.group) return [];
  if (facts.group.replicas > 0) return [ok('replicas', String(facts.group.replicas))];
  return [
    warn(
      'replicas',
      'no replica is connected: when this server dies, nobody has the records',
      `start one, or look at why none follows: ${cliOf(facts)} info replication`,
    ),
  ];
}

function oldEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, lesser = 0] = OLDEST;
  return major > least || (major === least && minor >= lesser);
}

function persistence(facts: RedisFacts): Finding {
  const { aof, fsync, snapshots } = facts;
  const cli = cliOf(facts);
  const turnOn = `${cli} config set appendonly yes && ${cli} config rewrite`;
  if (aof && fsync === 'no')
    return warn(
      'persistence',
      'AOF is on, but written to disk only when the system likes',
      `${cli} config set appendfsync everysec && ${cli} config rewrite`,
    );
  if (aof) return ok('persistence', `AOF${fsync === undefined ? '' : `, fsync ${fsync}`}`);
  if (snapshots === '')
    return fail(
      'persistence',
      'neither AOF nor snapshots: when it restarts, every record is gone',
      turnOn,
    );
  const some = snapshots === undefined ? 'snapshots at best' : `snapshots only (save ${snapshots})`;
  return warn('persistence', `${some}: minutes of records may be gone when it dies`, turnOn);
}
