// Decides what an error answer of Redis means, and what the operator must do.

export interface Refusal {
  /** Continues a sentence after `Redis at host:port`, without a full stop. */
  what: string;
  next: string;
}

const ADDRESS = 'redis://user:password@host:6379';

/** Patterns of Redis's error answers, each with its meaning and the next step. */
const REFUSALS: readonly [RegExp, string, string][] = [
  [
    /^DENIED/,
    'lets nobody in from another machine, because it has no password (protected mode)',
    `Set a password in its redis.conf (requirepass), restart it, and put the password into REDIS_URL: ${ADDRESS}`,
  ],
  [
    /^NOAUTH|^ERR operation not permitted/,
    'wants a password, and REDIS_URL has none',
    `Put user and password into REDIS_URL: ${ADDRESS}`,
  ],
  [
    /^WRONGPASS|^ERR invalid password|^ERR AUTH|^ERR wrong number of arguments for 'auth'/,
    'refuses the user or the password of REDIS_URL',
    'Correct them in REDIS_URL. In a password @ is written %40, : %3A, / %2F, and % %25.',
  ],
  [
    /^NOPERM/,
    'does not allow this user what argo-bot needs',
    "Allow it: ACL SETUSER <user> '~{argo}*' '&{argo}*' +@all -@admin -@dangerous +info +keys",
  ],
  [
    /^LOADING/,
    'is still loading its data',
    'Wait until it has loaded: redis-cli -u "$REDIS_URL" ping',
  ],
  [
    /^MASTERDOWN/,
    'is a replica that has lost its master',
    'Bring its master back, or set REDIS_URL to the server that is the master now.',
  ],
  [
    /^READONLY/,
    'is a read-only replica',
    'Set REDIS_URL to the master, or name the Sentinels: redis+sentinel://host:26379/mymaster',
  ],
  [
    /^MISCONF/,
    'cannot save its data on disk, so it takes no writes',
    'Make room on its disk (df -h) and read its log: journalctl -u redis-server -n 50',
  ],
  [/^OOM/, 'has no memory left', 'Raise its maxmemory, or make room in it.'],
  [
    /max number of clients/,
    'has no free connection (maxclients)',
    'See who holds them: redis-cli -u "$REDIS_URL" client list. Then raise maxclients in its redis.conf.',
  ],
  [
    /^NOREPLICAS/,
    'has too few replicas to take writes (min-replicas-to-write)',
    'Bring its replicas back, or lower min-replicas-to-write in its redis.conf.',
  ],
  [
    /^(?:CLUSTERDOWN|MOVED|ASK|CROSSSLOT|TRYAGAIN)/,
    'is part of a cluster, which REDIS_URL does not say or which is down',
    'Name the cluster in REDIS_URL: redis+cluster://host:6379,host:6379. Its state: redis-cli -c cluster info',
  ],
  [
    /cluster support disabled/,
    'is no cluster, and REDIS_URL says that it is',
    `Set REDIS_URL to one server: ${ADDRESS}`,
  ],
  [
    /^BUSY/,
    'is busy with a script of another client',
    'See which: redis-cli -u "$REDIS_URL" slowlog get 5. redis-cli script kill ends it.',
  ],
  [
    /^ERR unknown command/,
    'does not know a command that argo-bot needs',
    'Use Redis 6.2 or newer, and do not rename its commands.',
  ],
  [
    /^(?:HTTP\/|<!DOCTYPE|<html)/i,
    'is not Redis: a web server answers there',
    'Correct the port in REDIS_URL; Redis usually has 6379.',
  ],
  [
    /^SSH-/,
    'is not Redis: an SSH server answers there',
    'Correct the port in REDIS_URL; Redis usually has 6379.',
  ],
];

const MAX_QUOTED = 140;

/** Explains an error answer and quotes it. Returns undefined if the answer is empty or PONG. */
export function refusalOf(answer: string): Refusal | undefined {
  const words = printable(answer.replace(/^[-+]/, ''));
  if (words === '' || /^PONG\b/.test(words)) return undefined;
  const known = REFUSALS.find(([pattern]) => pattern.test(words));
  if (known) return { what: `${known[1]} ("${cut(words)}")`, next: known[2] };
  return {
    what: `gave an answer that argo-bot does not know ("${cut(words)}")`,
    next: 'Make sure that Redis itself is at this address: redis-cli -u "$REDIS_URL" ping',
  };
}

/** Returns the first line, without control characters. */
function printable(text: string): string {
  const [line = ''] = text.split(/\r?\n/);
  return line.replaceAll(/\p{C}/gu, ' ').trim();
}

function cut(words: string): string {
  return words.length <= MAX_QUOTED ? words : `${words.slice(0, MAX_QUOTED - 1)}…`;
}
