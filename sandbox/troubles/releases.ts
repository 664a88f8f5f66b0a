import { descriptions } from '../../src/deploy/record/stages.ts';
import { badCommits } from '../engine/bad-commits.ts';
import { type Commit, commit, type Repository } from '../engine/repository.ts';
import type { Trouble } from '../workspace/backstage.ts';

type Name = keyof typeof badCommits;

/** Who finds a bad release: a stage before anything is live, or the watch under users. */
export interface Claim {
  commit: Name;
  label: string;
  /** `watch`: it goes live, and what is said is seen then. */
  stage: 'checks' | 'files' | 'config' | 'preflight' | 'health' | 'watch';
  /** What the thread has to show; completes `Checks passing …`. */
  seen: string;
}

/** In the order in which the stages stop them; a test deploys each and compares. */
export const claims: Claim[] = [
  {
    commit: 'unboundHealth',
    label: 'Unbound name',
    stage: 'checks',
    seen: 'names the line that may fail',
  },
  {
    commit: 'failsItsTests',
    label: 'Failing test',
    stage: 'checks',
    seen: 'shows the test of the team that fails',
  },
  { commit: 'missingModule', label: 'Missing module', stage: 'files', seen: 'names what is gone' },
  {
    commit: 'ignoredModule',
    label: 'Ignored modules',
    stage: 'files',
    seen: 'names the rule of .deployignore that drops them',
  },
  { commit: 'invalidConfig', label: 'Broken JSON', stage: 'config', seen: 'gives line and column' },
  {
    commit: 'shortKey',
    label: 'Key with a typo',
    stage: 'config',
    seen: 'counts its characters',
  },
  {
    commit: 'importError',
    label: 'Failing import',
    stage: 'preflight',
    seen: 'shows the error of the import',
  },
  {
    commit: 'exitsAtOnce',
    label: 'Dies at its start',
    stage: 'health',
    seen: 'brings its last lines',
  },
  {
    commit: 'degradesAfterSwitch',
    label: 'Degraded under users',
    stage: 'watch',
    seen: 'an alert with Roll back',
  },
  {
    commit: 'slowAfterSwitch',
    label: 'Slow under users',
    stage: 'watch',
    seen: 'look at the picture of the watch',
  },
  {
    commit: 'failsAfterSwitch',
    label: 'Fails under users',
    stage: 'watch',
    seen: 'it goes back by itself',
  },
];

function aboutOf({ stage, seen }: Claim): string {
  return stage === 'watch' ? seen : `${descriptions[stage].title} ${seen}`;
}

const group = 'Bad releases';

/** Commits to the repository of the demo. Each begins with the last tree that was good. */
export function badReleases(repository: Repository): Trouble[] {
  let good = 'main';
  let notes = 0;
  const push = async (change: Commit): Promise<string> => {
    await repository.git('read-tree', '--reset', '-u', good);
    const sha = await commit(repository, change);
    return `${sha.slice(0, 7)} “${change.message}” is on main: /argo deploy`;
  };
  return [
    {
      id: 'good',
      verb: 'Commit',
      group,
      label: 'A good change',
      about: 'takes every bad one back as well',
      async strike() {
        good = (await repository.git('rev-parse', good)).trim();
        notes += 1;
        const said = await push({
          message: `Follow currency number ${notes}`,
          files: { 'argo/more.json': `[${notes}]\n` },
        });
        good = (await repository.git('rev-parse', 'main')).trim();
        return said;
      },
    },
    ...claims.map((claim): Trouble => ({
      id: claim.commit,
      verb: 'Commit',
      group,
      label: claim.label,
      about: aboutOf(claim),
      async strike() {
        good = (await repository.git('rev-parse', good)).trim();
        return push(badCommits[claim.commit]);
      },
    })),
  ];
}
