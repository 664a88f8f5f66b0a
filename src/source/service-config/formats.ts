// Decides the format of a config by its file name, and parses it as the service does.
import path from 'node:path';
import type { ConfigReading } from '../../deploy/config/config-reading.ts';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Format } from '../formats/decode.ts';
import { parseDotenv } from '../formats/dotenv.ts';
import { parseJson } from '../formats/json.ts';
import { parseToml } from '../formats/toml.ts';
import type { Parsed } from '../formats/values.ts';
import { parseYaml } from '../formats/yaml.ts';

/** The format that a file name means; undefined if a config of this name cannot be checked. */
export function formatNamed(file: string): Format | undefined {
  const name = path.basename(file).toLowerCase();
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (name.endsWith('.toml')) return 'toml';
  if (/^\.env(\.|$)|\.env$/.test(name)) return 'env';
  return ['.json', ''].includes(path.extname(name)) ? 'json' : undefined;
}

/** The format that a file name means. Fails with `config-format` if a config of this name cannot be checked. */
export function formatOf(file: string): Format {
  const format = formatNamed(file);
  if (format) return format;
  const extension = path.extname(file).toLowerCase();
  throw new StageFailed(`${file}: argo-bot cannot check a ${extension} file.`, {
    code: 'config-format',
    next: 'write the config as .json, .yml, .yaml, .toml or .env, and set `config.file` in argo.yml to it.',
  });
}

/** Parses a text as the service does, which `reading` describes. */
export function parseAs(format: Format, text: string, reading: ConfigReading): Parsed {
  switch (format) {
    case 'json':
      return parseJson(text, reading);
    case 'yaml':
      return parseYaml(text, reading.yaml);
    case 'toml':
      return parseToml(text.replace(/^\uFEFF/, ''));
    case 'env':
      return parseDotenv(text, reading);
  }
}
