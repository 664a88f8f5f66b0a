// Implements the stage that resolves the ref to a commit, and checks that it is allowed.
import { admitCommit } from '../release/admit-commit.ts';
import { claimEarly } from '../host/claim-early.ts';
import { refOf } from '../record/requests.ts';
import { releaseName } from '../settings/layout.ts';
import { fetchCommit } from '../release/fetch-commit.ts';
import type { Stage } from '../step/stage.ts';

export const source: Stage = {
  async run(context) {
    const { request, deployment } = context;
    const admit = (sha: string) => admitCommit(context, sha);
    const { commit, warnings, signedBy } = await fetchCommit(context, refOf(request), admit);
    claimEarly(context);
    return {
      summary: `${commit.sha.slice(0, 7)} ${commit.subject}${signedBy === undefined ? '' : ` (signed by ${signedBy})`}`,
      warnings,
      facts: { commit, release: releaseName(deployment.createdAt, commit.sha) },
    };
  },
};
