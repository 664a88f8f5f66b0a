// Lists the newest commits of a repository, within the time that Slack gives the form to load options.
import { setTimeout } from 'node:timers/promises';
import type { CommitOffers, OfferedCommits } from '../contract/ports.ts';
import type { Commit, Log, SourceSettings } from '../../deploy/ports/ports.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Target } from '../../deploy/settings/settings.ts';

interface Options {
  recent: (settings: SourceSettings, signal: AbortSignal) => Promise<Commit[]>;
  redactor: Pick<Redactor, 'clean'>;
  log: Log;
  waitMs?: number;
  now?: () => number;
}

/** Slack asks for options at every keystroke, so git's answer is used again for this time. */
const FRESH_MS = 15_000;
/** Slack waits 3 seconds for the options of a form, so `newest` waits for git only this long. */
const WAIT_MS = 1_800;
/** Time limit for git. It is longer than a form waits, because a slow answer is still good for the next request. */
const GIVE_UP_MS = 120_000;

interface PendingCommits {
  at: number;
  answer: Promise<OfferedCommits>;
  settled: boolean;
}

export function createCommitOffers(options: Options): CommitOffers {
  const { recent, redactor, log, waitMs = WAIT_MS, now = Date.now } = options;
  const pendingBySource = new Map<string, PendingCommits>();

  function askGit({ settings, service }: Target): PendingCommits {
    const key = JSON.stringify(settings.source);
    const earlier = pendingBySource.get(key);
    if (earlier && (!earlier.settled || now() - earlier.at < FRESH_MS)) return earlier;
    const pending: PendingCommits = {
      at: now(),
      settled: false,
      answer: recent(settings.source, AbortSignal.timeout(GIVE_UP_MS)).then(
        (commits): OfferedCommits => ({ kind: 'fresh', commits }),
        (error: unknown): OfferedCommits => {
          const why = redactor.clean(error instanceof Error ? error.message : String(error));
          log.warn(
            { service, why },
            'git could not list the newest commits of a service, so the deploy form offers the commits of past deployments. If this repeats, correct what `why` says',
          );
          return { kind: 'failed', why };
        },
      ),
    };
    pendingBySource.set(key, pending);
    void pending.answer.then(() => Object.assign(pending, { settled: true, at: now() }));
    return pending;
  }

  return {
    async newest(target) {
      const late = setTimeout(waitMs, { kind: 'late' } as const, { ref: false });
      return Promise.race([askGit(target).answer, late]);
    },
    prepare: (target) => void askGit(target),
  };
}
