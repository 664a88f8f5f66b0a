// Reads REDIS_URL: a server, a socket, Sentinels or a cluster; and decides whether it is safe.
import { percentDecoded } from '../../deploy/untrusted/percent-encoding.ts';

/** The parsed `REDIS_URL`. */
export type RedisAddress = SingleServer | SentinelGroup | RedisCluster;

interface Address {
  /** The server, or the Sentinels or cluster nodes that the bot asks for the others. Empty for a Unix socket. */
  nodes: { host: string; port: number }[];
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
}

export interface SingleServer extends Address {
  kind: 'server';
  /** The address for ioredis; unused if `socket` is set. */
  url: string;
  /** The path of a Unix socket, instead of host and port. */
  socket?: string;
}

export interface SentinelGroup extends Address {
  kind: 'sentinel';
  master: string;
  db: number;
  sentinelUsername: string | undefined;
  sentinelPassword: string | undefined;
}

export interface RedisCluster extends Address {
  kind: 'cluster';
}

export type ReadAddress =
  | { kind: 'address'; address: RedisAddress }
  /** Continues a sentence after `REDIS_URL`. It quotes nothing of the value, which may contain a password. */
  | { kind: 'wrong'; why: string };

const NOT_AN_ADDRESS =
  'is not a redis:// address (nor rediss://, redis+sentinel:// or redis+cluster://)';
const SEVERAL =
  /^(?<tls>rediss?)\+(?<kind>sentinel|cluster):\/\/(?:(?<user>[^@/]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
const PORTS = { server: 6_379, sentinel: 26_379, cluster: 6_379 } as const;
const SENTINEL_FORM = 'redis+sentinel://host:26379,host:26379/mymaster';

/** A Unix socket. Only the user who runs the Redis server can connect to it. */
const SOCKET = /^redis\+unix:\/\/(?::(?<password>[^@/]*)@)?(?<path>\/[^?#]+)$/;

/**
 * Parses `redis://`, `rediss://`, `redis+unix://[:password@]/run/redis.sock`,
 * `redis+sentinel://[user:password@]host:port,…/master[/db]` with `?sentinel_username=` and `?sentinel_password=`, and
 * `redis+cluster://[user:password@]host:port,…`. The last two begin with `rediss+` for TLS.
 */
export function readRedisUrl(url: string): ReadAddress {
  if (/^rediss?:\/\//.test(url)) return singleServer(url);
  const socket = SOCKET.exec(url)?.groups;
  if (socket) {
    const password = decoded(socket['password'] ?? '') || undefined;
    const path = decoded(socket['path'] ?? '') ?? '';
    const local = { nodes: [], tls: false, username: undefined, password };
    return { kind: 'address', address: { ...local, kind: 'server', url, socket: path } };
  }
  const parts = SEVERAL.exec(url)?.groups;
  if (!parts) {
    return /^rediss?\+(?:sentinel|cluster):/.test(url)
      ? wrong('cannot be read: in a user or password @ is written %40, : %3A, / %2F, and % %25')
      : wrong();
  }
  const kind = parts['kind'] === 'sentinel' ? 'sentinel' : 'cluster';
  const nodes = (parts['hosts'] ?? '').split(',').map((host) => readNode(host, PORTS[kind]));
  const unread = nodes.findIndex((node) => node === undefined);
  if (unread !== -1)
    return wrong(
      `has a host that is not host:port (number ${unread + 1}); in a user or password @ is written %40, / %2F`,
    );
  const [username, password] = (parts['user'] ?? '').split(':').map(decoded);
  if (username === null || password === null)
    return wrong('has a user or password that is not percent-encoded: % is written %25');
  const several: Address = {
    nodes: nodes.filter((node) => node !== undefined),
    tls: parts['tls'] === 'rediss',
    username: username || undefined,
    password: password || undefined,
  };
  return kind === 'sentinel'
    ? sentinelGroup(several, parts['path'] ?? '', parts['query'] ?? '')
    : cluster(several, parts['path'] ?? '', parts['query'] ?? '');
}

/** Returns hosts and ports, or the socket's path, for messages. */
export function hostsOf(address: RedisAddress): string {
  if (address.kind === 'server' && address.socket !== undefined) return address.socket;
  return address.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
}

/** Returns the passwords in the address, so that logs mask them. */
export function secretsOf(address: RedisAddress): string[] {
  const sentinel = address.kind === 'sentinel' ? address.sentinelPassword : undefined;
  return [address.password, sentinel].filter((secret) => secret !== undefined);
}

function wrong(why = NOT_AN_ADDRESS): ReadAddress {
  return { kind: 'wrong', why };
}

function readNode(text: string, usual: number): { host: string; port: number } | undefined {
  const url = URL.parse(`redis://${text}`);
  if (!url || url.hostname === '' || url.pathname !== '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: url.port === '' ? usual : Number(url.port) };
}

function singleServer(url: string): ReadAddress {
  const parsed = URL.parse(url);
  const node = parsed && readNode(parsed.host, PORTS.server);
  if (!node) return wrong();
  const { protocol, username, password } = parsed;
  const address: SingleServer = {
    kind: 'server',
    url,
    nodes: [node],
    tls: protocol === 'rediss:',
    username: percentDecoded(username) || undefined,
    password: percentDecoded(password) || undefined,
  };
  return { kind: 'address', address };
}

function sentinelGroup(several: Address, path: string, query: string): ReadAddress {
  const [master = '', db = '0', ...more] = path.split('/');
  if (master === '') return wrong(`names no master: ${SENTINEL_FORM}`);
  if (!/^\d{1,5}$/.test(db) || more.length > 0)
    return wrong('has something after the master that is not the number of a database');
  const given = new URLSearchParams(query);
  const { sentinel_username, sentinel_password, ...unknown } = Object.fromEntries(given);
  if (Object.keys(unknown).length > 0)
    return wrong('may have sentinel_username and sentinel_password after the ?, and nothing else');
  return {
    kind: 'address',
    address: {
      ...several,
      kind: 'sentinel',
      master: percentDecoded(master),
      db: Number(db),
      sentinelUsername: sentinel_username || undefined,
      sentinelPassword: sentinel_password || undefined,
    },
  };
}

function cluster(several: Address, path: string, query: string): ReadAddress {
  if (path !== '' || query !== '')
    return wrong('has something after its hosts, but a cluster has no master and one database');
  return { kind: 'address', address: { ...several, kind: 'cluster' } };
}

/** Decodes percent-encoded text. Returns null if it is not valid. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Returns a warning if a remote Redis is used without TLS or a password; undefined if it is safe. */
export function unprotected(address: RedisAddress): string | undefined {
  const local = /^(?:localhost|127(?:\.\d+){3}|::1)$/;
  if (address.nodes.every(({ host }) => local.test(host))) return undefined;
  const { tls, password } = address;
  const missing = [...(tls ? [] : ['TLS (rediss://)']), ...(password ? [] : ['a password'])];
  if (missing.length === 0) return undefined;
  return `the Redis at ${hostsOf(address)} is used without ${missing.join(' and ')}: anybody who reaches it, or reads its network traffic, can approve deployments`;
}
