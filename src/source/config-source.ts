import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Misconfigured, StageFailed } from '../deploy/errors.ts';
import type { ConfigSource, Disclosure } from '../deploy/ports.ts';
import { prepareProbes } from './config-probes.ts';
import { checkRules, spacedOut } from './config-rules.ts';
import { parseDotenv } from './config/dotenv.ts';
import { parseJson } from './config/json.ts';
import { looksRandom, secretsOf } from './config/secrets.ts';
import { parseToml } from './config/toml.ts';
import { leavesOf } from './config/values.ts';
import type { Leaf, Parsed } from './config/values.ts';
import { parseYaml } from './config/yaml.ts';

export interface ConfigSourceOptions {
  /** Keeps fingerprints of short values from being guessed; the same in every worker. */
  fingerprintKey: string;
}

/** The one config of a service in an environment: its bytes, what is wrong with them, what is secret. */
export function createConfigSource({ fingerprintKey }: ConfigSourceOptions): ConfigSource {
  if (fingerprintKey === '') {
    throw new Misconfigured('The key for config fingerprints is empty.', {
      code: 'no-fingerprint-key',
      next: 'Give the bot a secret to key them with; without one a short value could be guessed.',
    });
  }
  return {
    async read(file, checkout, { rules, probes, disclosure }) {
      const full = path.resolve(checkout, file);
      const parse = parserOf(full);
      const content = await readContent(full);
      const text = content.toString('utf8');
      const { value, problems: faults } = parse(text);
      const placed = faults.map((problem) => `${path.basename(full)} ${problem}`);
      if (value === undefined) {
        return { ...nothing, content, problems: placed, secrets: strayStrings(text, disclosure) };
      }
      const leaves = leavesOf(value);
      const broken = checkRules(value, rules, { allText: parse === parseDotenv });
      // A key that breaks a rule is wrong already; nobody is asked about it.
      const tried = broken.length > 0 ? undefined : prepareProbes(value, probes);
      const problems = [...placed, ...broken, ...(tried?.problems ?? [])];
      return {
        content,
        problems,
        warnings: broken.length > 0 ? [] : spacedOut(value, rules),
        fingerprints: fingerprintsOf(leaves, fingerprintKey),
        secrets: secretsOf(leaves, disclosure),
        probes: problems.length > 0 ? [] : (tried?.requests ?? []),
      };
    },

    secretsIn(file, content, disclosure) {
      const { value } = (knownParser(file) ?? parseJson)(content);
      return value === undefined
        ? strayStrings(content, disclosure)
        : secretsOf(leavesOf(value), disclosure);
    },

    fingerprintsIn(file, content) {
      const { value } = (knownParser(file) ?? parseJson)(content);
      return value === undefined ? {} : fingerprintsOf(leavesOf(value), fingerprintKey);
    },
  };
}

const nothing = { warnings: [], fingerprints: {}, probes: [] };

function knownParser(file: string): ((text: string) => Parsed) | undefined {
  const name = path.basename(file).toLowerCase();
  if (/\.ya?ml$/.test(name)) return parseYaml;
  if (name.endsWith('.toml')) return parseToml;
  if (/^\.env(\.|$)|\.env$/.test(name)) return parseDotenv;
  return ['.json', ''].includes(path.extname(name)) ? parseJson : undefined;
}

function parserOf(file: string): (text: string) => Parsed {
  const parser = knownParser(file);
  if (parser) return parser;
  const extension = path.extname(file).toLowerCase();
  throw new StageFailed(`${file}: a ${extension} file cannot be checked.`, {
    code: 'config-format',
    next: 'Keep the config as .json, .yml, .yaml, .toml or .env, and set `config: file:` in argo.yml to it.',
  });
}

async function readContent(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
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
}

function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error;
  return coded ? String(error.code) : 'unknown';
}

function fingerprintsOf(leaves: readonly Leaf[], key: string): Record<string, string> {
  return Object.fromEntries(
    leaves.map(({ key: name, value }) => [
      name,
      createHmac('sha256', key)
        .update(`${name}\0${JSON.stringify(value)}`)
        .digest('hex')
        .slice(0, 8),
    ]),
  );
}

const PAIR = /["']?([\w.-]+)["']?[ \t]*[:=][ \t]*["']?([^"'\n,{}[\]]{4,})/g;

/** Of a file that cannot be read as a whole: every text that may be a secret, so that none gets out. */
function strayStrings(text: string, disclosure?: Disclosure): string[] {
  const pairs = [...text.matchAll(PAIR)].map(([, key = '', value = '']) => ({ key, value }));
  const words = text.split(/[\s"',=:{}[\]]+/).filter((word) => looksRandom(word));
  return [...new Set([...secretsOf(pairs, disclosure), ...words])];
}
