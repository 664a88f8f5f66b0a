// Encodes the parameters of a script, and refuses values that would arrive changed.
import { Misconfigured } from '../../deploy/record/errors.ts';

export type Parameters = Record<string, string | number>;

/** Returns `key=value` lines and an empty line, as prelude.sh reads them. Fails with `unusable-parameter`. */
export function encodeParameters(parameters: Parameters, script: string, host: string): Buffer {
  const lines = Object.entries(parameters).map(([key, given]) => {
    const value = String(given);
    const problem = problemOf(key, value);
    if (problem === undefined) return `${key}=${value}\n`;
    throw new Misconfigured(`${script} cannot run on ${host}: parameter ${key} ${problem}`, {
      code: 'unusable-parameter',
      next: 'correct that value in argo.yml; nothing was sent to the host.',
      host,
    });
  });
  return Buffer.from(`${lines.join('')}\n`);
}

/** Says why a parameter cannot be sent. Does not quote its value, because it may be a secret. */
function problemOf(key: string, value: string): string | undefined {
  if (!/^[a-z_]+$/.test(key)) return 'is not named in small letters and underscores';
  if (/[\0\r\n]/.test(value)) return 'has a line break or a NUL in its value';
  if (!value.isWellFormed()) return 'is not valid Unicode text';
  return undefined;
}
