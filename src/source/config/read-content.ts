import { readFile, stat } from 'node:fs/promises';
import { StageFailed } from '../../deploy/errors.ts';

/** No config is anywhere near this long. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The bytes of a config; fails in words for a person. */
export async function readContent(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size <= MOST_BYTES) return await readFile(file);
  } catch (error) {
    const code = codeOf(error);
    const why: Record<string, string> = {
      ENOENT: 'is not there',
      EACCES: 'may not be read by the user the bot runs as',
      EISDIR: 'is a directory',
    };
    throw new StageFailed(`The config ${file} ${why[code] ?? `cannot be read (${code})`}.`, {
      code: 'config-missing',
      next: 'Put the file there, readable for the bot (chmod 600, its owner the bot), or correct `config: file:` in argo.yml. Nothing has changed on any host.',
      cause: error,
    });
  }
  throw new StageFailed(`The config ${file} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`, {
    code: 'config-missing',
    next: 'Keep data out of the config, or correct `config: file:` in argo.yml. Nothing has changed on any host.',
  });
}

function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error;
  return coded ? String(error.code) : 'unknown';
}
