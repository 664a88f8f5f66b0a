// Decides whether an encrypted file or a pointer stops a release or only causes a warning.
import path from 'node:path';
import type { DiscoverySettings } from '../../deploy/ports/ports.ts';
import type { Hashed } from './hash-files.ts';
import { includesPath } from './required-files.ts';
import { nextFor } from './stand-ins.ts';
import type { Problem } from './walk.ts';

/** Names of encrypted files. With such a name, the team has committed the ciphertext on purpose. */
const SAYS_SO = /\.(?:gpg|pgp|asc|age|enc|vault|secret)$/i;

/**
 * A pointer is always a problem. So is ciphertext of git-crypt, and of a required file whose name does not tell that it
 * is encrypted. Other ciphertext is a warning, as the service may decrypt it. `encrypted` in argo.yml accepts any.
 */
export function standInProblems(
  hashed: readonly Hashed[],
  { required, encrypted, ignore_file }: DiscoverySettings,
  inside: string,
): { problems: Problem[]; warnings: string[] } {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const { file, standIn } of hashed) {
    if (standIn === undefined) continue;
    const { what, kind } = standIn;
    const is = (list: readonly string[]): boolean =>
      list.some((one) => includesPath(one, file.path));
    if (kind === 'ciphertext' && is(encrypted)) continue;
    const wanted = is(required) && !SAYS_SO.test(path.posix.basename(file.path));
    if (kind === 'pointer' || wanted || what.endsWith('git-crypt')) {
      const next = nextFor(standIn, inside + file.path);
      const exclude = ` Or add the line \`/${file.path}\` to ${path.posix.basename(ignore_file)}.`;
      const mayExclude = kind === 'pointer' && !is(required);
      problems.push({
        path: file.path,
        problem: `is ${what}`,
        next: mayExclude ? next + exclude : next,
      });
    } else {
      warnings.push(
        `${file.path} is ${what}: unless the service decrypts it itself, it cannot read it (files.encrypted in argo.yml says that it does)`,
      );
    }
  }
  return { problems, warnings };
}
