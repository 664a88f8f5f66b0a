// Resolves a ref to a commit that is allowed, and makes the redactor mask the secrets of its config.
import type { Admitted, Commit } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';
import { readConfig } from './read-config.ts';

/** `admit` throws if the commit is not allowed, else returns warnings about it. */
export async function fetchCommit(
  context: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  ref: string | undefined,
  admit: (sha: string) => Promise<Admitted>,
): Promise<Admitted & { commit: Commit }> {
  const { ports, target, signal } = context;
  const { source } = target.settings;
  const commit = await ports.source.resolve(source, ref, signal);
  const admitted = await admit(commit.sha);
  // The result is unused: this call fails if the commit's files cannot be read or deployed.
  await ports.source.files(source, commit.sha, signal);
  await learnSecrets(context, commit.sha);
  return { ...admitted, commit };
}

/** Teaches the redactor the config's secrets first, because a commit subject or test output may contain one. */
async function learnSecrets(
  context: Pick<HostContext, 'ports' | 'target' | 'signal'>,
  sha: string,
): Promise<void> {
  try {
    await readConfig(context, sha);
  } catch (error) {
    context.signal.throwIfAborted();
    // Not a failure here: the stage `config` reads the config again and reports the error.
    const { service, environment } = context.target;
    context.ports.log.info(
      { service, environment, sha, err: error },
      'the config could not be read, so its secrets are not redacted yet; the check of the config reports the error',
    );
  }
}
