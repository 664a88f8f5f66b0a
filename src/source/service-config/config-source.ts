// Implements the port ConfigSource: reads a service's config in a process with a time limit.
import path from 'node:path';
import { Misconfigured, StageFailed } from '../../deploy/record/errors.ts';
import type { ConfigSource, FileReader } from '../../deploy/ports/ports.ts';
import { ownUser } from '../../deploy/untrusted/own-user.ts';
import { shellWord } from '../../deploy/untrusted/shell-word.ts';
import { readInside, type SafeFile } from '../../deploy/untrusted/safe-file.ts';
import { formatOf } from './formats.ts';
import { likelySecrets } from './likely-secrets.ts';
import type { ConfigAnswer, ConfigQuestion } from './worker.ts';
import { ProcessPool, NoAnswer } from '../process-pool.ts';

export interface ConfigSourceOptions {
  /** The secret key of config fingerprints, so that nobody can guess short values from them. Workers share one key. */
  fingerprintKey: string;
  /** Starts the child process at once, so that the first deployment does not wait for it. */
  warm?: boolean;
}

/** The time limit of reading a config, which usually takes milliseconds. */
const LIMIT_MS = 5_000;
/** The size limit: far more than any config has. */
const MOST_BYTES = 4 * 1024 * 1024;
const never = new AbortController().signal;

/** Fails with `no-fingerprint-key` if the key is empty. The method `read` fails with StageFailed. */
export function createConfigSource({ fingerprintKey, warm }: ConfigSourceOptions): ConfigSource {
  if (fingerprintKey === '') {
    throw new Misconfigured('The key for config fingerprints is empty.', {
      code: 'no-fingerprint-key',
      next: 'give argo-bot a fingerprint key; without one, a short value could be guessed.',
    });
  }
  const pool = new ProcessPool<ConfigQuestion, ConfigAnswer>({
    script: new URL('./worker.ts', import.meta.url),
    most: 1,
    limitMs: LIMIT_MS,
  });
  if (warm === true) pool.warm();
  return {
    async read(file, files, declared) {
      formatOf(file);
      const content = await readContent(files, file);
      const asked = { ...declared, key: fingerprintKey };
      const { report } = await pool
        .ask({ about: 'report', file, content, declared: asked }, never)
        .catch((error: unknown) => unreadable(file, error));
      if (report === undefined) throw new Error('the process answered another question');
      const probes = report.probes.map(({ href, ...rest }) => ({ ...rest, url: new URL(href) }));
      return { ...report, probes, content };
    },

    async secretsIn(file, content, disclosure) {
      const text = content.slice(0, MOST_BYTES);
      const question = { about: 'secrets', file, content: text, disclosure } as const;
      const { secrets } = await pool.ask(question, never).catch(ifUnanswered(likelySecrets(text)));
      return secrets ?? [];
    },

    async fingerprintsIn(file, content, dialect) {
      if (content.length > MOST_BYTES) return {};
      const options = { dialect, key: fingerprintKey };
      const question = { about: 'fingerprints', file, content, options } as const;
      const { fingerprints } = await pool.ask(question, never).catch(ifUnanswered([]));
      return fingerprints ?? {};
    },
  };
}

function unreadable(full: string, error: unknown): never {
  if (!(error instanceof NoAnswer)) throw error;
  const why = error.timedOut ? `it takes longer than ${LIMIT_MS / 1_000} s to read` : error.message;
  throw new StageFailed(`The config ${full} cannot be read: ${why}.`, {
    code: 'config-invalid',
    next: 'make the config shorter and less nested: remove data, deep nesting and repeated aliases.',
  });
}

/** Answers with `secrets` if the process gave no answer: a file on a host must not stop a deployment. */
function ifUnanswered(secrets: string[]): (error: unknown) => ConfigAnswer {
  return (error) => {
    if (error instanceof NoAnswer) return { secrets };
    throw error;
  };
}

/** `file` is relative to the service's directory, or absolute. Fails with `config-missing`. */
async function readContent(files: FileReader | undefined, file: string): Promise<Buffer> {
  const found = await read(files, file);
  if (found?.kind === 'file') return found.content;
  const place = path.isAbsolute(file) ? file : `${file} of the commit`;
  const name = path.isAbsolute(file)
    ? `put the file there, for argo-bot's user only: as root, \`${forOwnUser(file)}\``
    : "commit the file, or name one on the bot's machine by its absolute path";
  throw new StageFailed(`The config ${place} ${found?.problem ?? 'is not there'}.`, {
    code: 'config-missing',
    next:
      found?.kind === 'too-large'
        ? 'remove data from the config, or correct `config.file` in argo.yml.'
        : `${name}, or correct \`config.file\` in argo.yml.`,
  });
}

/** Root may run the doctor in place of the bot's user, whose name is then not known here. */
function forOwnUser(file: string): string {
  const [user, word] = [ownUser(), shellWord(file)];
  return `${user === 'root' ? '' : `chown ${user} ${word} && `}chmod 600 ${word}`;
}

/** argo.yml may name a file above the service's folder (`../`). Links in the commit must not lead out of the folder. */
async function read(files: FileReader | undefined, file: string): Promise<SafeFile | undefined> {
  if (path.isAbsolute(file)) return readInside('/', path.resolve(file), MOST_BYTES);
  const name = path.normalize(file);
  const [above] = /^(?:\.\.\/)*/.exec(name) ?? [];
  return files?.read(name, MOST_BYTES, above);
}
