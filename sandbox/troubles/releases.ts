import { badCommits } from '../engine/bad-commits.ts';
import { type Commit, commit, type Repository } from '../engine/repository.ts';
import type { Trouble } from '../workspace/backstage.ts';

type Name = keyof typeof badCommits;

/** What the page says of each commit, in the order in which the stages would stop them. */
const about: [Name, string, string][] = [
  ['unboundHealth', 'Unbound name', 'Checks passing names the line that may fail'],
  ['missingModule', 'Missing module', 'All required files present names what is gone'],
  ['ignoredModule', 'Ignored modules', 'the rule of .deployignore that drops them is named'],
  ['invalidConfig', 'Broken JSON', 'Config validated gives line and column'],
  ['shortKey', 'Key with a typo', 'Config validated counts its characters'],
  ['importError', 'Failing import', 'Pre-flight shows the traceback'],
  ['exitsAtOnce', 'Dies at its start', 'Health checks bring its last lines'],
  ['degradesAfterSwitch', 'Degraded under users', 'an alert with Roll back'],
  ['slowAfterSwitch', 'Slow under users', 'look at the picture of the watch'],
  ['failsAfterSwitch', 'Fails under users', 'it goes back by itself'],
];

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
    ...about.map(([name, label, seen]): Trouble => ({
      id: name,
      verb: 'Commit',
      group,
      label,
      about: seen,
      async strike() {
        good = (await repository.git('rev-parse', good)).trim();
        return push(badCommits[name]);
      },
    })),
  ];
}
