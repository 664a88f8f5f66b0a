// Decides why a connection to Redis failed, by its errors and by what answers at the address.
import { connect } from 'node:net';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';
import { hostsOf, type RedisAddress } from './address.ts';
import { type Refusal, refusalIn, refusalOf } from './refusals.ts';

const ASK_MS = 2_000;
const MOST_BYTES = 512;
/** The first byte of a TLS server's answer to plain text. */
const TLS_ALERT = 0x15;

const START = 'start it on its machine: `sudo systemctl start redis-server`. Or correct REDIS_URL.';

/** Explains a failed connection. `errors` are all its errors, in order. */
export async function whyNoConnection(
  address: RedisAddress,
  errors: readonly unknown[],
): Promise<Refusal> {
  const hosts = hostsOf(address);
  const all = errors.flatMap(withReasons);
  const said = all.map(refusalIn).find((refusal) => refusal !== undefined);
  if (said) return about(hosts, said);
  const codes = all.map((error) => String(propertyOf(error, 'code')));
  const certificate = codes.find((code) => CERTIFICATE.test(code));
  if (certificate !== undefined) return about(hosts, refusedCertificate(certificate));
  for (const node of address.nodes) {
    const found = await probe(node, address.tls);
    if (found) return about(`${node.host}:${node.port}`, found);
  }
  return noAnswer(address, hosts, codes);
}

const about = (hosts: string, { what, next }: Refusal): Refusal => ({
  what: `Redis at ${hosts} ${what}`,
  next,
});

/** Returns the error and the errors nested in it: ioredis puts the error of a cluster's node into `lastNodeError`. */
function withReasons(error: unknown): unknown[] {
  const reason = propertyOf(error, 'lastNodeError');
  return reason === undefined ? [error] : [error, ...withReasons(reason)];
}

const CERTIFICATE = /CERT|SIGNATURE|ALTNAME/;

function refusedCertificate(code: string): Refusal {
  return {
    what: `shows a certificate that this machine does not accept (${code})`,
    next: 'set NODE_EXTRA_CA_CERTS=/path/to/ca.pem in the environment of argo-bot. If the name differs, use the name in the certificate in REDIS_URL.',
  };
}

/** Sends a PING without ioredis, because ioredis drops what a server sends before it closes the connection. */
async function probe(
  { host, port }: RedisAddress['nodes'][number],
  tls: boolean,
): Promise<Refusal | undefined> {
  const answer = await answerToPing(host, port);
  if (answer.length === 0) return undefined;
  if (answer[0] === TLS_ALERT)
    return tls
      ? undefined
      : {
          what: 'speaks TLS only',
          next: 'write rediss:// instead of redis:// in REDIS_URL, with its TLS port.',
        };
  const text = answer.toString('latin1');
  if (!tls) return refusalOf(text);
  return /^[-+]/.test(text)
    ? {
        what: 'does not speak TLS on this port',
        next: 'write redis:// instead of rediss:// in REDIS_URL, or name its TLS port.',
      }
    : refusalOf(text);
}

/** Returns the first bytes that come back; none if nothing answers in time. */
function answerToPing(host: string, port: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer = Buffer.alloc(0)): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer.subarray(0, MOST_BYTES));
    };
    const timer = setTimeout(end, ASK_MS);
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', end);
    socket.on('error', () => end());
    socket.on('close', () => end());
  });
}

function noAnswer(address: RedisAddress, hosts: string, codes: readonly string[]): Refusal {
  if (address.kind === 'cluster')
    return { what: `No node of the Redis Cluster answers at ${hosts}`, next: START };
  if (address.kind === 'sentinel')
    return {
      what: `No master ${address.master} of Redis was found through the Sentinels at ${hosts}: they are down, know no such master, or it is down`,
      next: START,
    };
  if (codes.some((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN'))
    return {
      what: `Redis at ${hosts} cannot be found: the name does not resolve`,
      next: `correct the name in REDIS_URL, or the name server of this machine: \`getent hosts ${address.nodes[0]?.host}\``,
    };
  return { what: `Redis does not answer at ${hosts}`, next: START };
}
