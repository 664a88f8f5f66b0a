// Decides whether a config path is in the commit or on the bot's machine, and reads its bytes.
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { FileReader } from '../../deploy/ports/ports.ts';
import { readInside, type SafeFile } from '../../deploy/untrusted/safe-file.ts';

/** The size limit: far more than any config has. */
const MOST_BYTES = 4 * 1024 * 1024;

/** `file` is relative to the service's directory, or absolute. Fails with `config-missing`. */
export async function readContent(files: FileReader | undefined, file: string): Promise<Buffer> {
  const found = await read(files, file);
  if (found?.kind === 'file') return found.content;
  const place = path.isAbsolute(file) ? file : `${file} of the commit`;
  const name = path.isAbsolute(file)
    ? "put the file there, readable for argo-bot's user only (`chmod 600`)"
    : "commit the file, or name one on the bot's machine by its absolute path";
  throw new StageFailed(`The config ${place} ${found?.problem ?? 'is not there'}.`, {
    code: 'config-missing',
    next:
      found?.kind === 'too-large'
        ? 'remove data from the config, or correct `config.file` in argo.yml.'
        : `${name}, or correct \`config.file\` in argo.yml.`,
  });
}

/** argo.yml may name a folder above the service's with `../`. A commit's symbolic links must not lead out of it. */
async function read(files: FileReader | undefined, file: string): Promise<SafeFile | undefined> {
  if (path.isAbsolute(file)) return readInside('/', path.resolve(file), MOST_BYTES);
  const name = path.normalize(file);
  const [above] = /^(?:\.\.\/)*/.exec(name) ?? [];
  return files?.read(name, MOST_BYTES, above);
}
