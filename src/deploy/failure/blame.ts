// Decides which new commit a log points to: the one that last changed a line of a stack trace.
import { isFailure, type Blame, type FailureRecord } from '../record/errors.ts';
import type { StageContext } from '../step/stage.ts';

type BlameContext = Pick<StageContext, 'deployment' | 'ports' | 'target' | 'facts' | 'signal'>;

/** At most this many stack frames are looked up in git, because each takes a `git blame`. */
const MAX_FRAMES = 8;

/** Finds the first stack frame whose line a new commit of this release changed; undefined if none, or if git fails. */
export async function blameOf(context: BlameContext, log: string): Promise<Blame | undefined> {
  const { ports, target, facts, signal } = context;
  const { commit, commits = [] } = facts;
  if (!commit || commits.length === 0) return undefined;
  const fresh = new Map(commits.map((one) => [one.sha, one]));
  try {
    for (const place of framesIn(log, target.place.root)) {
      const sha = await ports.source.lastChange(target.settings.source, commit.sha, place, signal);
      const found = sha === undefined ? undefined : fresh.get(sha);
      if (found) return { ...place, sha: found.sha, author: found.author, subject: found.subject };
    }
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    ports.log.info(
      { deployment: context.deployment.id, err: error },
      'git failed, so the failure message does not name the commit that caused the failure; the deployment continues, and nobody has to act',
    );
  }
  return undefined;
}

/** Finds frames like Python's `File "/opt/engine/green/app.py", line 12`, and like `/opt/engine/green/app.js:12:5`. */
export function framesIn(log: string, root: string): { path: string; line: number }[] {
  const inRelease = `${root.replace(/[.+]/g, '\\$&')}/(?:blue|green|releases/[^/\\s"]+)/`;
  const pattern = new RegExp(`${inRelease}([^\\s":()]+)("?, line |:)(\\d{1,7})`, 'g');
  const found = [...log.slice(-200_000).matchAll(pattern)].map(([, path = '', how, line]) => ({
    path,
    line: Number(line),
    python: how !== ':',
  }));
  // Python prints the frame that raised the error last; other languages print it first.
  const ordered = found.at(-1)?.python ? found.toReversed() : found;
  const distinct = new Map(ordered.map(({ path, line }) => [`${path}:${line}`, { path, line }]));
  return [...distinct.values()].slice(0, MAX_FRAMES);
}

export async function withBlame(
  context: BlameContext,
  failure: FailureRecord,
): Promise<FailureRecord> {
  const blame = failure.log === undefined ? undefined : await blameOf(context, failure.log);
  return blame ? { ...failure, blame } : failure;
}
