// Runs git on a repository's objects without its settings or attributes, so files keep their bytes.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hostname } from 'node:os';
import { StageFailed } from '../../deploy/record/errors.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { git, type GitAnswer, type Repository } from './git.ts';
import { asBot } from './repository-advice.ts';

/** Content of `info/attributes`, which overrides all other attributes: git must not convert the bytes of files. */
const ATTRIBUTES = '* -text -crlf !eol -ident !filter !working-tree-encoding !export-subst\n';

/** Runs git on the objects of a repository, in the folder `workTree`. */
export type PlainGit = (
  args: readonly string[],
  workTree: string,
  env?: Record<string, string>,
) => Promise<GitAnswer>;

/** Creates a git directory without objects or refs at `plain`. Returns a function that runs git with it. */
export async function makePlainGit(plain: string, repository: Repository): Promise<PlainGit> {
  const { objects, format } = await objectsOf(repository);
  const extension = format === 'sha1' ? '' : `\n[extensions]\n\tobjectFormat = ${format}`;
  const version = format === 'sha1' ? 0 : 1;
  for (const folder of ['objects', 'refs', 'info'])
    await mkdir(path.join(plain, folder), { recursive: true });
  await writeFile(path.join(plain, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(path.join(plain, 'info/attributes'), ATTRIBUTES);
  await writeFile(
    path.join(plain, 'config'),
    `[core]\n\trepositoryFormatVersion = ${version}\n\tbare = false${extension}\n`,
  );
  return (args, workTree, env = {}) =>
    git(args, {
      gitDirectory: plain,
      cwd: workTree,
      signal: repository.signal,
      env: {
        ...env,
        GIT_OBJECT_DIRECTORY: objects,
        GIT_WORK_TREE: workTree,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ATTR_NOSYSTEM: '1',
      },
      timeoutMs: 5 * 60_000,
    });
}

async function objectsOf(repository: Repository): Promise<{ objects: string; format: string }> {
  const args = ['rev-parse', '--show-object-format', '--git-path', 'objects'];
  const answer = await git(args, repository);
  const [format, objects] = answer.stdout.split('\n');
  if (answer.ok && format && objects) return { format, objects: path.resolve(objects) };
  throw new StageFailed(
    `The repository in ${repository.gitDirectory} cannot be read: ${answer.why}`,
    {
      code: 'source-unreachable',
      next: `on ${hostname()}: \`${asBot()} git -C ${shellWord(repository.gitDirectory)} fsck\`. Correct what it reports, then try again.`,
    },
  );
}
