import { admit } from '../release/admit-commit.ts';
import { releaseName } from '../settings/layout.ts';
import { readConfig } from '../release/release-contents.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const source: Stage = {
  async run(context) {
    const { ports, request, target, deployment, signal } = context;
    const settings = target.settings.source;
    const commit = await ports.source.resolve(settings, request.ref, signal);
    const { warnings, signedBy } = await admit(context, commit.sha);
    await ports.source.checkout(settings, commit.sha, signal);
    await learnSecrets(context, commit.sha);
    return {
      summary: `${commit.sha.slice(0, 7)} ${commit.subject}${signedBy === undefined ? '' : ` (signed by ${signedBy})`}`,
      warnings,
      facts: { commit, release: releaseName(deployment.createdAt, commit.sha) },
    };
  },
};

/** Before anything of the commit is told: its subject, or a test that prints the config it has read. */
async function learnSecrets(context: StageContext, sha: string): Promise<void> {
  try {
    await readConfig(context, sha);
  } catch (error) {
    context.signal.throwIfAborted();
    // The stage that validates the config says what is wrong with it.
    context.ports.log.info({ err: error }, 'the secrets of the config are not known yet');
  }
}
