import { releaseName } from '../layout.ts';
import type { Stage } from '../stage.ts';

export const source: Stage = {
  name: 'source',
  title: 'Code changes committed',
  noun: 'source',
  changes: false,
  timeoutMs: 120_000,
  async run({ ports, request, target, deployment, signal }) {
    const settings = target.settings.source;
    const commit = await ports.source.resolve(settings, request.ref, signal);
    await ports.source.checkout(settings, commit.sha, signal);
    return {
      summary: `${commit.sha.slice(0, 7)} ${commit.subject}`,
      facts: { commit, release: releaseName(deployment.createdAt, commit.sha) },
    };
  },
};
