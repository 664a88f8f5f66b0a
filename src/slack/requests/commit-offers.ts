// Offers the newest commits of a repository within the time that Slack gives a select.
import { type OfferedCommits, type CommitOffers } from '../contract/commit-offers.ts';
import type { Commit, Log, SourceSettings } from '../../deploy/ports/ports.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Target } from '../../deploy/settings/settings.ts';

interface Options {
  recent: (settings: SourceSettings, signal: AbortSignal) => Promise<Commit[]>;
  redactor: Pick<Redactor, 'clean'>;
  log: Log;
  /** How long a person waits at most. */
  waitMs?: number;
  now?: () => number;
}

/** Somebody who types sends a question a letter: they share one answer. */
const FRESH_MS = 15_000;
const WAIT_MS = 1_800;
/** A first fetch of a large repository takes longer than anybody waits, and is of use to the next who looks. */
const GIVE_UP_MS = 120_000;

interface PendingCommits {
  at: number;
  answer: Promise<OfferedCommits>;
  over: boolean;
}

export function createCommitOffers(options: Options): CommitOffers {
  const { recent, redactor, log, waitMs = WAIT_MS, now = Date.now } = options;
  const asked = new Map<string, PendingCommits>();

  function askGit({ settings, service }: Target): PendingCommits {
    const key = JSON.stringify(settings.source);
    const before = asked.get(key);
    if (before && (!before.over || now() - before.at < FRESH_MS)) return before;
    const question: PendingCommits = {
      at: now(),
      over: false,
      answer: recent(settings.source, AbortSignal.timeout(GIVE_UP_MS)).then(
        (commits): OfferedCommits => ({ kind: 'fresh', commits }),
        (error: unknown): OfferedCommits => {
          const why = redactor.clean(error instanceof Error ? error.message : String(error));
          log.warn({ service, why }, 'the newest commits could not be listed');
          return { kind: 'failed', why };
        },
      ),
    };
    asked.set(key, question);
    void question.answer.then(() => Object.assign(question, { over: true, at: now() }));
    return question;
  }

  return {
    async newest(target) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<OfferedCommits>((resolve) => {
        timer = setTimeout(() => resolve({ kind: 'late' }), waitMs);
      });
      return Promise.race([askGit(target).answer, late]).finally(() => clearTimeout(timer));
    },
    prepare: (target) => void askGit(target),
  };
}
