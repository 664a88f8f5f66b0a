// Decides whether a config path is in the checkout or on the bot's machine, and reads its bytes.
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import { readInside } from '../../deploy/untrusted/safe-file.ts';

/** Far more than any config has. */
const MOST_BYTES = 4 * 1024 * 1024;

/** `file` is relative to the checkout, or absolute. Fails with `config-missing`. */
export function readContent(checkout: string, file: string): Buffer {
  const { root, name } = placeOf(checkout, file);
  const found = readInside(root, name, MOST_BYTES);
  if (found.kind === 'file') return found.content;
  const full = path.join(root, name);
  throw new StageFailed(`The config ${full} ${found.problem}.`, {
    code: 'config-missing',
    next:
      found.kind === 'too-large'
        ? 'Keep data out of the config, or correct `config: file:` in argo.yml. Nothing has changed on any host.'
        : 'Put the file there, readable for the bot (chmod 600, its owner the bot), or correct `config: file:` in argo.yml. Nothing has changed on any host.',
  });
}

/**
 * The operator may choose a folder outside the checkout, with an absolute path or `../`. Below `root`, links of the
 * commit must not lead out.
 */
function placeOf(checkout: string, file: string): { root: string; name: string } {
  if (path.isAbsolute(file)) return { root: '/', name: path.resolve(file) };
  const [above = ''] = /^(?:\.\.\/)*/.exec(path.normalize(file)) ?? [];
  return { root: path.resolve(checkout, above), name: path.normalize(file).slice(above.length) };
}
