// Decides whether a commit may have this unit, before it is sent. On hosts, parts/unit-rules.sh decides the same.
import { slotNames } from '../record/events.ts';
import { type Kind, RULES, WHY_NOT } from './directives.ts';
import { readUnit, shown, type Setting, type UnitProblem } from './read-unit.ts';

export interface UnitLimits {
  root: string;
  service: string;
  user: string;
  /** True if the service listens on a port below 1024, and so gets CAP_NET_BIND_SERVICE. */
  binds: boolean;
  logFiles: readonly string[];
  /** Settings that argo.yml permits with any value. */
  allow: readonly string[];
}

export function unitRefusals(text: string, limits: UnitLimits): UnitProblem[] {
  const { settings, problems } = readUnit(text);
  const refused = settings.flatMap((setting) => {
    const why = whyRefused(setting, limits);
    return why === undefined ? [] : [{ line: setting.line, problem: why }];
  });
  return [...problems, ...refused].toSorted((a, b) => a.line - b.line);
}

function whyRefused({ section, key, value }: Setting, limits: UnitLimits): string | undefined {
  if (section === undefined) return `${shown(key)} is before the first section`;
  if (!['Unit', 'Service', 'Install'].includes(section))
    return `${shown(key)} is in [${shown(section)}]: use [Unit], [Service] and [Install] only`;
  if (key !== 'User' && limits.allow.includes(key)) return undefined;
  const rule = RULES.get(`${section}.${key}`);
  if (!rule) {
    const why =
      WHY_NOT.get(key) ?? `is not one of the settings that a commit may write in [${section}]`;
    return `${shown(key)} ${why}. ${advice(key)}`;
  }
  const why = JUDGES[rule.kind](value, limits, rule.words);
  return why === undefined ? undefined : `${key}=${shown(value)} ${why}. ${advice(key)}`;
}

function advice(key: string): string {
  if (key === 'User') return 'Write User={user}, and set unit.user in argo.yml';
  return /^[A-Za-z]+$/.test(key)
    ? `Remove it, or ask the owner of argo.yml for unit.allow: [${key}]`
    : 'Remove it';
}

type Judge = (value: string, limits: UnitLimits, words: readonly string[]) => string | undefined;

const wordsOf = (value: string): string[] => value.split(/[ \t]+/).filter((word) => word !== '');
/** False for a word with quotes, escapes or specifiers, which only systemd can resolve. */
const isPlain = (word: string): boolean => !/["'\\%]/.test(word);

const JUDGES: Record<Kind, Judge> = {
  any: () => undefined,
  command: whyCommandRefused,
  only: (value, _limits, allowed) => {
    const words = wordsOf(value);
    if (words.length > 0 && words.every((word) => allowed.includes(word))) return undefined;
    return `must be one of ${allowed.join(', ')}`;
  },
  user: (value, { user }) =>
    value === user ? undefined : `must be ${user}, who can read the config`,
  state: (value, limits) =>
    wordsOf(value).every((word) => ownFolders(limits).includes(word))
      ? undefined
      : `names a folder that is not its own: use ${limits.service}, without a folder in it`,
  pidfile: (value, limits) => {
    const [, folder = '', file = ''] = /^(?:\/var)?\/run\/([^/]+)\/([^/]+)$/.exec(value) ?? [];
    return value === '' ||
      (ownFolders(limits).includes(folder) && isPlain(file) && !/^\.{1,2}$/.test(file))
      ? undefined
      : `is removed by root: use /run/${limits.service}/… with RuntimeDirectory=${limits.service}`;
  },
  writable: (value, { root }) => {
    const fine = (word: string): boolean => {
      const path = word.replace(/^[-+]*/, '');
      const below = [root, '/var', '/srv', '/run'].some((top) => path.startsWith(`${top}/`));
      return below && isPlain(path) && !/^\/run\/user(?:\/|$)|\/\.{1,2}(?:\/|$)/.test(path);
    };
    return wordsOf(value).every(fine)
      ? undefined
      : 'opens system folders: use full paths below {root}, /var, /srv or /run';
  },
  slot: (value, { root }) => {
    const path = value.replace(/^-/, '');
    const inside = slotNames.some((slot) => path.startsWith(`${root}/${slot}/`));
    return value === '' || (inside && isPlain(path) && !/\/\.{1,2}(?:\/|$)/.test(path))
      ? undefined
      : 'is read by root: use a file of the release, {slot}/…';
  },
  output: (value, { logFiles }) => {
    if (/^(?:inherit|null|journal|syslog)$/.test(value)) return undefined;
    const file = /^(?:append|file|truncate):(.*)$/.exec(value)?.[1];
    return file !== undefined && logFiles.includes(file)
      ? undefined
      : 'is opened by root: use journal, or a file that unit.log_files in argo.yml names';
  },
  capabilities: (value, { binds }) =>
    value === '' || (binds && value === 'CAP_NET_BIND_SERVICE')
      ? undefined
      : binds
        ? 'gives it rights of root: only CAP_NET_BIND_SERVICE is allowed with this port'
        : 'gives it rights of root',
};

/** Returns the folders below /run, /var/lib and so on that belong to the service. */
function ownFolders({ user, service }: UnitLimits): string[] {
  return [user, service, `${service}-blue`, `${service}-green`];
}

/** Refuses a prefix that gives a command rights, also in quotes or after `;`, and a command that starts with `\`. */
function whyCommandRefused(value: string): string | undefined {
  for (const part of value.split(/(?<=^|[ \t]);(?=[ \t])/)) {
    const start = part.replace(/^[ \t]+/, '');
    const before = /^[-@:"'+!|]*/.exec(start)?.[0] ?? '';
    const prefix = /!!|[+!|]/.exec(before)?.[0];
    if (prefix !== undefined)
      return `has the prefix ${prefix}, which gives the command more rights than the service has`;
    if (start[before.length] === '\\') return 'hides the beginning of a command behind a \\';
  }
  return undefined;
}
