// Resolves a ref to a commit that is allowed, and learns the secrets of its config.
import type { Admitted, Commit } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';
import { readConfig } from './read-config.ts';

/** `admit` decides whether the commit is allowed. */
export async function fetchCommit(
  context: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  ref: string | undefined,
  admit: (sha: string) => Promise<Admitted>,
): Promise<Admitted & { commit: Commit }> {
  const { ports, target, signal } = context;
  const { source } = target.settings;
  const commit = await ports.source.resolve(source, ref, signal);
  const admitted = await admit(commit.sha);
  // Fails here if the commit cannot be read or may not be deployed as it is.
  await ports.source.files(source, commit.sha, signal);
  await learnSecrets(context, commit.sha);
  return { ...admitted, commit };
}

/** Learned first: the commit's subject or a test's output may contain a secret of the config. */
async function learnSecrets(
  context: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  sha: string,
): Promise<void> {
  try {
    await readConfig(context, sha);
  } catch (error) {
    context.signal.throwIfAborted();
    // The validation of the config reports what is wrong.
    context.ports.log.info({ err: error }, 'could not read the config to learn its secrets yet');
  }
}
