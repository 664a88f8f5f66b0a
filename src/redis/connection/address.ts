/** Where the records are, as `REDIS_URL` says it. */
export type RedisAddress = SingleServer | SentinelGroup | RedisCluster;

export interface SingleServer {
  kind: 'server';
  /** As ioredis reads it, but for a socket. */
  url: string;
  /** Of a Unix socket, instead of host and port. */
  socket?: { path: string; password: string | undefined };
}

interface Several {
  /** Any of them may be asked first: who answers names the others. */
  nodes: { host: string; port: number }[];
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
}

export interface SentinelGroup extends Several {
  kind: 'sentinel';
  master: string;
  db: number;
  sentinelUsername: string | undefined;
  sentinelPassword: string | undefined;
}

export interface RedisCluster extends Several {
  kind: 'cluster';
}

export type ReadAddress =
  | { kind: 'address'; address: RedisAddress }
  /** Goes on after "REDIS_URL". Holds nothing of what was set. */
  | { kind: 'wrong'; why: string };

const NOT_AN_ADDRESS =
  'is not a redis:// address (nor rediss://, redis+sentinel:// or redis+cluster://)';
const SEVERAL =
  /^(?<tls>rediss?)\+(?<kind>sentinel|cluster):\/\/(?:(?<user>[^@/]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
const PORTS = { sentinel: 26_379, cluster: 6_379 } as const;
const SENTINEL_FORM = 'redis+sentinel://host:26379,host:26379/mymaster';

/** What its own user alone can reach. A path of at most 107 bytes: longer ones the kernel does not take. */
const SOCKET = /^redis\+unix:\/\/(?::(?<password>[^@/]*)@)?(?<path>\/[^?#]+)$/;

/**
 * `redis+unix://[:password@]/run/redis.sock` is a Unix socket. `redis://` and `rediss://` as everywhere; `redis+sentinel://[user:password@]host:port,…/master[/db]` with
 * `?sentinel_username=` and `?sentinel_password=`, and `redis+cluster://[user:password@]host:port,…`, both with
 * `rediss+` for TLS. The first of these two is spelt as redis-sentinel-url, redisvl and Prefect spell it.
 */
export function readRedisUrl(url: string): ReadAddress {
  if (/^rediss?:\/\//.test(url)) {
    const host = URL.canParse(url) ? new URL(url).hostname : '';
    return host === '' ? wrong() : { kind: 'address', address: { kind: 'server', url } };
  }
  const socket = SOCKET.exec(url)?.groups;
  if (socket) {
    const path = decoded(socket['path'] ?? '') ?? '';
    const password = decoded(socket['password'] ?? '') || undefined;
    return { kind: 'address', address: { kind: 'server', url, socket: { path, password } } };
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
  const several: Several = {
    nodes: nodes.filter((node) => node !== undefined),
    tls: parts['tls'] === 'rediss',
    username: username || undefined,
    password: password || undefined,
  };
  return kind === 'sentinel'
    ? sentinelGroup(several, parts['path'] ?? '', parts['query'] ?? '')
    : cluster(several, parts['path'] ?? '', parts['query'] ?? '');
}

/** As people know it: nothing but hosts and ports. */
export function hostsOf(address: RedisAddress): string {
  if (address.kind === 'server') return address.socket?.path ?? new URL(address.url).host;
  return address.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
}

/** What must not be seen, wherever it turns up. */
export function secretsOf(address: RedisAddress): string[] {
  const secrets =
    address.kind === 'server'
      ? [address.socket ? address.socket.password : decoded(new URL(address.url).password)]
      : [address.password, address.kind === 'sentinel' ? address.sentinelPassword : undefined];
  return secrets.filter((secret) => typeof secret === 'string').filter((secret) => secret !== '');
}

function wrong(why = NOT_AN_ADDRESS): ReadAddress {
  return { kind: 'wrong', why };
}

function readNode(text: string, usual: number): { host: string; port: number } | undefined {
  if (!URL.canParse(`redis://${text}`)) return undefined;
  const { hostname, port, pathname } = new URL(`redis://${text}`);
  if (hostname === '' || pathname !== '') return undefined;
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? usual : Number(port),
  };
}

function sentinelGroup(several: Several, path: string, query: string): ReadAddress {
  const [master = '', db = '0', ...more] = path.split('/');
  if (master === '') return wrong(`names no master: ${SENTINEL_FORM}`);
  if (!/^\d{1,5}$/.test(db) || more.length > 0)
    return wrong(`has something after the master that is not the number of a database`);
  const given = new URLSearchParams(query);
  const { sentinel_username, sentinel_password, ...unknown } = Object.fromEntries(given);
  if (Object.keys(unknown).length > 0)
    return wrong('may have sentinel_username and sentinel_password after the ?, and nothing else');
  return {
    kind: 'address',
    address: {
      ...several,
      kind: 'sentinel',
      master: decoded(master) ?? master,
      db: Number(db),
      sentinelUsername: sentinel_username || undefined,
      sentinelPassword: sentinel_password || undefined,
    },
  };
}

function cluster(several: Several, path: string, query: string): ReadAddress {
  if (path !== '' || query !== '')
    return wrong('has something after its hosts, but a cluster has no master and one database');
  return { kind: 'address', address: { ...several, kind: 'cluster' } };
}

/** Null where a % stands for itself. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What somebody on the way to the server could read, or say in its place; undefined where nobody is on the way. */
export function unprotected(address: RedisAddress): string | undefined {
  const single = address.kind === 'server' ? address : undefined;
  if (single?.socket) return undefined;
  const url = single && new URL(single.url);
  const hosts = url
    ? [url.hostname]
    : address.kind === 'server'
      ? []
      : address.nodes.map(({ host }) => host);
  if (hosts.every((host) => /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host)))
    return undefined;
  const tls = url ? url.protocol === 'rediss:' : address.kind !== 'server' && address.tls;
  const password = url ? url.password !== '' : address.kind !== 'server' && address.password;
  const missing = [...(tls ? [] : ['TLS (rediss://)']), ...(password ? [] : ['a password'])];
  if (missing.length === 0) return undefined;
  return `the Redis at ${hostsOf(address)} is used without ${missing.join(' and ')}: who can reach it, or the way to it, can approve deployments`;
}
