// Does the stage that resolves the ref to a commit, and checks that it is allowed.
import { admitCommit } from '../release/admit-commit.ts';
import { refOf } from '../record/requests.ts';
import { releaseName } from '../settings/layout.ts';
import { readConfig } from '../release/release-contents.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const source: Stage = {
  async run(context) {
    const { ports, request, target, deployment, signal } = context;
    const settings = target.settings.source;
    const commit = await ports.source.resolve(settings, refOf(request), signal);
    const { warnings, signedBy } = await admitCommit(context, commit.sha);
    // Fails here if the commit cannot be read or may not be deployed as it is.
    await ports.source.files(settings, commit.sha, signal);
    await learnSecrets(context, commit.sha);
    return {
      summary: `${commit.sha.slice(0, 7)} ${commit.subject}${signedBy === undefined ? '' : ` (signed by ${signedBy})`}`,
      warnings,
      facts: { commit, release: releaseName(deployment.createdAt, commit.sha) },
    };
  },
};

/** Learned first: the commit's subject or a test's output may contain a secret of the config. */
async function learnSecrets(context: StageContext, sha: string): Promise<void> {
  try {
    await readConfig(context, sha);
  } catch (error) {
    context.signal.throwIfAborted();
    // The config stage reports what is wrong.
    context.ports.log.info({ err: error }, 'could not read the config to learn its secrets yet');
  }
}
