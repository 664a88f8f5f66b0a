// Decides whether a Redis server is safe for records: version, eviction, persistence, replicas.
import { fail, type Finding, ok, warn } from './finding.ts';

/** Facts about a Redis server. A field is undefined if the server does not tell it. */
export interface RedisFacts {
  version: string;
  policy: string | undefined;
  aof: boolean;
  /** Redis's setting `appendfsync`: always, everysec or no. */
  fsync: string | undefined;
  /** Redis's setting `save`, such as `3600 1 300 100`; empty if it makes no snapshots. */
  snapshots: string | undefined;
  lastWriteOk: boolean;
  /** The median of several pings, in milliseconds. */
  latencyMs: number;
  /** The node that answered, if it is in a Sentinel group or cluster, and its number of replicas. */
  group: { host: string; port: number; replicas: number } | undefined;
}

const SLOW_MS = 50;

/** Returns redis-cli with the address of this server, because it does not accept Sentinel or cluster addresses. */
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
          `maxmemory-policy is ${policy}: Redis may delete records of deployments`,
          `${cli} config set maxmemory-policy noeviction && ${cli} config rewrite`,
        ),
    persistence(facts),
    replication(facts),
    facts.lastWriteOk
      ? []
      : fail(
          'last write',
          'the last write to disk failed',
          'make room on its disk (df -h), and read its log: journalctl -u redis-server -n 50',
        ),
    latencyMs > SLOW_MS
      ? warn(
          'latency',
          `${latencyMs} ms for one request, and each step of a deployment sends several`,
          'run the bot near its Redis',
        )
      : ok('latency', `${latencyMs} ms`),
  ].flat();
}

function replication(facts: RedisFacts): Finding | Finding[] {
  if (!facts.group) return [];
  if (facts.group.replicas > 0) return ok('replicas', String(facts.group.replicas));
  return warn(
    'replicas',
    'no replica is connected: if this server dies, the records are lost',
    `start a replica; this shows why none is connected: ${cliOf(facts)} info replication`,
  );
}

/** A lock with an end needs the option PXAT of the command SET, which Redis has since version 6.2. */
function oldEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 2);
}

function persistence(facts: RedisFacts): Finding {
  const { aof, fsync, snapshots } = facts;
  const cli = cliOf(facts);
  const turnOn = `${cli} config set appendonly yes && ${cli} config rewrite`;
  if (aof && fsync === 'no')
    return warn(
      'persistence',
      'AOF is on, but Redis leaves it to the system when to write to disk',
      `${cli} config set appendfsync everysec && ${cli} config rewrite`,
    );
  if (aof) return ok('persistence', `AOF${fsync === undefined ? '' : `, fsync ${fsync}`}`);
  if (snapshots === '')
    return fail(
      'persistence',
      'neither AOF nor snapshots, so a restart of Redis loses every record',
      turnOn,
    );
  const some = snapshots === undefined ? 'snapshots at best' : `snapshots only (save ${snapshots})`;
  return warn('persistence', `${some}, so a crash of Redis may lose minutes of records`, turnOn);
}
