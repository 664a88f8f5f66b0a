// Reads a unit file as systemd does, and refuses text that two versions of systemd read differently.

export interface Setting {
  /** Number of the line on which the setting starts, from 1. */
  line: number;
  /** Section of the setting; undefined before the first section. */
  section: string | undefined;
  key: string;
  value: string;
}

export interface UnitProblem {
  line: number;
  problem: string;
}

interface Reading {
  settings: Setting[];
  problems: UnitProblem[];
}

/** Strips spaces and tabs, as systemd does; trim() would strip more. */
const trimmed = (text: string): string => text.replaceAll(/^[ \t]+|[ \t]+$/g, '');
/** True if the line ends with an odd number of backslashes: a pair is an escaped backslash. */
const continues = (line: string): boolean => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
const isComment = (line: string): boolean => /^[ \t]*[#;]/.test(line);

// Control characters are refused in comments too, because for systemd one may end the line.
// oxlint-disable-next-line no-control-regex -- control characters are what is being refused
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F]/;

/** Reads a unit. Refuses a comment or blank line inside a continued line, which systemd versions read differently. */
export function readUnit(text: string): Reading {
  const reading: Reading = { settings: [], problems: [] };
  let section: string | undefined;
  let unfinished: { line: number; text: string } | undefined;
  const lines = text
    .replaceAll('\r\n', '\n')
    .replace(/^\uFEFF/, '')
    .replace(/\n$/, '')
    .split('\n');
  lines.forEach((one, index) => {
    const line = index + 1;
    const wrong = (problem: string): void => void reading.problems.push({ line, problem });
    if (CONTROL.test(one)) return wrong('has a control character');
    if (unfinished && (isComment(one) || trimmed(one) === ''))
      return wrong('interrupts a line that continues with \\: remove it');
    if (isComment(one)) {
      if (continues(one)) wrong('is a comment that ends with \\: remove the \\');
      return;
    }
    const sofar = { line: unfinished?.line ?? line, text: (unfinished?.text ?? '') + one };
    if (continues(one)) {
      unfinished = { ...sofar, text: `${sofar.text.slice(0, -1)} ` };
      if (index === lines.length - 1) wrong('is the last one and ends with \\');
      return;
    }
    unfinished = undefined;
    const whole = trimmed(sofar.text);
    if (whole === '') return;
    if (whole.startsWith('[')) {
      section = /^\[(.*)\]$/.exec(whole)?.[1];
      if (section === undefined) wrong(`is not a section: ${whole}`);
      return;
    }
    const at = whole.indexOf('=');
    if (at === -1) return wrong(`is not a setting (Name=value): ${shown(whole)}`);
    const key = trimmed(whole.slice(0, at));
    const value = trimmed(whole.slice(at + 1));
    reading.settings.push({ line: sofar.line, section, key, value });
  });
  return reading;
}

export function shown(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
