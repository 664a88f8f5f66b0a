// Reads what the bot says of a place, in the words that people read.

/** What `/argo status` and the Home tab say of where users are. */
export type SaidLive =
  | {
      kind: 'release';
      release: string;
      since: number;
      movedAt: number;
      watched: string | undefined;
    }
  | { kind: 'moving' | 'nothing' | 'before' | 'unknown' }
  | { kind: 'silent'; text: string };

const TIME = String.raw`<!date\^(\d+)\^[^>]*>`;
const LIVE = new RegExp(`live since ${TIME}(?: · restarted ${TIME})?`);
const NAME =
  /(?:release |^\S+ |Users are on |other hosts serve )(\d{8}-\d{6}-\w+|adopted-\w+)(?: · |$)/u;

export function liveIn(text: string, environment: string): SaidLive {
  // In rich text bold words and code have no marks.
  const lines = text.replaceAll(/[*`]/g, '').split('\n');
  const title = lines.indexOf(`argo-trading in ${environment}`);
  const [line, next = ''] = title === -1 ? [] : lines.slice(title + 1);
  if (line === undefined) return { kind: 'silent', text };
  const [, since, restarted] = LIVE.exec(line) ?? [];
  const [, release] = NAME.exec(line) ?? [];
  if (release !== undefined && since !== undefined) {
    const watched = /(?:Watching|Unhealthy|Degraded, as before the switch): (.+)/.exec(next)?.[1];
    const movedAt = Number(restarted ?? since);
    return { kind: 'release', release, since: Number(since), movedAt, watched };
  }
  if (line.includes('are being moved')) return { kind: 'moving' };
  if (line.includes('no record of a live release')) return { kind: 'nothing' };
  if (line.includes('from before argo-bot')) return { kind: 'before' };
  return line.includes('is not known') ? { kind: 'unknown' } : { kind: 'silent', text: line };
}

export interface SaidAtTheEnd {
  /** The release that the line in the channel says users have; after a rollback or restart, its commit alone. */
  live: string | undefined;
  /** It says that nothing live was changed. */
  unchanged: boolean;
  good: boolean;
  locked: boolean;
  /** Of the release, where the thread says that it is. */
  slot: string | undefined;
  /** The slot that users were on, if it says that it was stopped. */
  stopped: string | undefined;
  /** The slot or the release on which the last finished step says that users are. */
  usersOn: string | undefined;
}

/** `line`: of the channel; `thread`: all that stands below it. */
export function endIn(line: string, thread: string): SaidAtTheEnd {
  const all = (pattern: RegExp): string[] =>
    [...thread.matchAll(pattern)].map(([, word = '']) => word);
  return {
    live:
      /\*(?:live|restarted)[^*]*\*:.*?\(?(\d{8}-\d{6}-\w+|adopted-\w+)\)? ·/.exec(line)?.[1] ??
      /restart of (?:.*\()?([\w-]+)\)?\* in/.exec(line)?.[1] ??
      /\*rolled back[^*]*\* to (?:.*?\()?`?([0-9a-f]{7,}|adopted-\w+)`?\)?(?::| ·|$)/.exec(
        line,
      )?.[1],
    unchanged: line.includes('nothing live was changed'),
    good: /live and healthy/.test(thread),
    locked: /Deployments are locked|environment is locked/.test(thread),
    slot: /Release `[^`]+` in (blue|green)/.exec(thread)?.[1],
    stopped: /, (blue|green) stopped/.exec(thread)?.[1],
    usersOn: all(/users are on (blue|green|\d{8}-\d{6}-\w+|adopted-\w+)/g).at(-1),
  };
}
