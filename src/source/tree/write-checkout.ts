// Writes a commit to a new folder, for commands of the team that need files on a disk.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Checkout } from '../../deploy/ports/ports.ts';
import type { Repository } from '../git/git.ts';
import { makePlainGit } from '../git/plain-git.ts';

/** The files stay on the disk until `remove` is called. Fails with `checkout-failed`. */
export async function writeCheckout(
  repository: Repository,
  sha: string,
): Promise<Pick<Checkout, 'tree' | 'remove'>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'argo-checkout-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const [tree, plain] = [path.join(folder, 'files'), path.join(folder, 'git')];
  try {
    await mkdir(tree);
    const run = await makePlainGit(plain, repository);
    // Not `git archive`, which omits files marked export-ignore, nor `git worktree`, which writes into the repository.
    const read = await run(['read-tree', sha], tree);
    const written = read.ok ? await run(['checkout-index', '--all', '--quiet'], tree) : read;
    if (written.ok) return { tree, remove };
    throw new StageFailed(`Writing the files of ${sha.slice(0, 12)} failed: ${written.why}`, {
      code: 'checkout-failed',
      next: `free space in ${tmpdir()} on the bot's machine (\`df -h\` and \`df -i\` show it), then try again.`,
    });
  } catch (error) {
    await remove();
    throw error;
  }
}
