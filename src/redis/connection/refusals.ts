// Decides what an error answer of Redis means, and what the operator must do.
import { messageOf, propertyOf } from '../../deploy/untrusted/unknown-error.ts';

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
    'refuses other machines, because it has no password (protected mode)',
    `set a password in its redis.conf (requirepass), restart it, and put the password into REDIS_URL: \`${ADDRESS}\``,
  ],
  [
    /^NOAUTH|^ERR operation not permitted/,
    'wants a password, and REDIS_URL has none',
    `put user and password into REDIS_URL: \`${ADDRESS}\``,
  ],
  [
    /^WRONGPASS|^ERR invalid password|^ERR AUTH|^ERR wrong number of arguments for 'auth'/,
    'refuses the user or the password of REDIS_URL',
    'correct them in REDIS_URL. In a password @ is written %40, : %3A, / %2F, and % %25.',
  ],
  [
    /^NOPERM/,
    'does not give this user the rights that argo-bot needs',
    "give them: `ACL SETUSER <user> '~{argo}*' '&{argo}*' +@all -@admin -@dangerous +info +keys`",
  ],
  [
    /^LOADING/,
    'is still loading its data',
    'wait until `redis-cli -u "$REDIS_URL" ping` answers PONG.',
  ],
  [
    /^MASTERDOWN/,
    'is a replica that has lost its master',
    'start its master, or set REDIS_URL to the present master.',
  ],
  [
    /^READONLY/,
    'is a read-only replica',
    'set REDIS_URL to the master, or to its Sentinels: `redis+sentinel://host:26379/mymaster`',
  ],
  [
    /^MISCONF/,
    'cannot save its data on disk, so it accepts no writes',
    'free space on its disk (`df -h`), and read its log: `journalctl -u redis-server -n 50`',
  ],
  [/^OOM/, 'has no memory left', 'raise its maxmemory, or delete data of other programs in it.'],
  [
    /max number of clients/,
    'has no free connection (maxclients)',
    'raise maxclients in its redis.conf. `redis-cli -u "$REDIS_URL" client list` shows the present clients.',
  ],
  [
    /^NOREPLICAS/,
    'has too few replicas to accept writes (min-replicas-to-write)',
    'start its replicas, or lower min-replicas-to-write in its redis.conf.',
  ],
  [
    /^(?:CLUSTERDOWN|MOVED|ASK|CROSSSLOT|TRYAGAIN)/,
    'is part of a cluster that is down, or that REDIS_URL does not name',
    'name the cluster in REDIS_URL: `redis+cluster://host:6379,host:6379`. `redis-cli -c cluster info` shows its state.',
  ],
  [
    /cluster support disabled/,
    'is no cluster, but REDIS_URL names one',
    `set REDIS_URL to one server: \`${ADDRESS}\``,
  ],
  [
    /^BUSY/,
    'is busy with a script of another client',
    'end it with `redis-cli -u "$REDIS_URL" script kill`. `slowlog get 5` shows which script it is.',
  ],
  [
    /^ERR unknown command/,
    'does not know a command that argo-bot needs',
    'use Redis 6.2 or newer, and do not rename its commands.',
  ],
  [
    /^(?:HTTP\/|<!DOCTYPE|<html)/i,
    'is not Redis: a web server answers there',
    'correct the port in REDIS_URL; Redis usually has 6379.',
  ],
  [
    /^SSH-/,
    'is not Redis: an SSH server answers there',
    'correct the port in REDIS_URL; Redis usually has 6379.',
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
    next: 'check that Redis is at this address: `redis-cli -u "$REDIS_URL" ping` must answer PONG.',
  };
}

/** Explains an error of ioredis. Returns undefined if it is not an error answer of Redis. */
export function refusalIn(error: unknown): Refusal | undefined {
  const isAnswer = propertyOf(error, 'name') === 'ReplyError';
  return isAnswer ? refusalOf(messageOf(error)) : undefined;
}

function printable(text: string): string {
  const [line = ''] = text.split(/\r?\n/);
  return line.replaceAll(/\p{C}/gu, ' ').trim();
}

function cut(words: string): string {
  return words.length <= MAX_QUOTED ? words : `${words.slice(0, MAX_QUOTED - 1)}…`;
}
