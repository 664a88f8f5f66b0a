// Decides the headline of each failed stage, and in how many words other messages repeat its reason.
import type { StageState } from '../../../deploy/record/deployment.ts';
import { nounAtStart, type StageDescription } from '../../../deploy/record/stages.ts';
import { quoted, sentence } from './text.ts';

/** Headlines by stage name. The headline of any other stage is its noun and “failed”. */
const titles: Readonly<Record<string, string>> = {
  source: 'Cannot deploy this commit',
  files: 'File check failed',
  config: 'Config is not valid',
  claim: 'Could not reserve the hosts',
  unit: 'Service definition was refused',
  start: 'Service did not start',
  sync: 'Could not copy the config',
  watch: 'Watch stopped',
  'return-slot': 'Previous release did not start',
  'switch-back': 'Could not switch traffic back',
  'restart-back': 'Previous release did not restart',
  lock: 'Could not lock the environment',
  'sync-back': 'Could not restore the config',
  'attach-log': 'Could not read the log of the release',
  'ask-health': 'Could not read the health',
  'read-logs': 'Could not read the log',
};

/** Headlines by error code, for failures about which the headline of the stage would be wrong. */
const byCode: Readonly<Record<string, string>> = {
  'no-release-to-return-to': 'Cannot roll back',
  'rolled-back-already': 'Rolled back already',
  'already-live': 'Nothing to roll back',
  'nothing-to-restart': 'Nothing to restart',
  'source-unreachable': 'Cannot read the repository',
  'host-down': 'SSH connection failed',
  'auth-refused': 'SSH login refused',
  'host-key-mismatch': 'Host key has changed',
  'sudo-refused': 'sudo refused',
  'no-room': 'Not enough disk space',
  drift: 'Changed since the approval',
  'traffic-elsewhere': 'Users are on an unexpected slot',
  'key-refused': 'A key was refused',
  'service-dies': 'Service crashed',
  'python-findings': 'Code check failed',
  'check-failed': 'Team check failed',
};

/** Returns the headline; with the host, unless the first line of the reason names it already. Escaped. */
export function headline(stage: StageState): string {
  return `${quoted(failureTitle(stage), 80)}${unnamedHost(stage)}`;
}

/** Returns ` on host-1: <reason>`, with only the first sentences of a long reason; escaped. */
export function reasonInShort(stage: StageState): string {
  return `${unnamedHost(stage)}: ${inShort(lineOf(messageOf(stage)) || failureTitle(stage))}`;
}

/** Returns ` On host-1: <reason>`, as a sentence of its own; escaped. */
export function reasonAlone(stage: StageState): string {
  const reason = inShort(sentence(firstLine(stage)) || failureTitle(stage));
  return ` ${unnamedHost(stage).replace(/^ on (.*)$/, 'On $1: ')}${reason}`;
}

/** Returns the first sentences of a text, at least one; escaped. */
export function inShort(text: string): string {
  const kept: string[] = [];
  for (const one of text.split(/(?<=[.?!]) (?=\S)/)) {
    if (kept.length > 0 && [...kept, one].join(' ').length > SHORT) break;
    kept.push(one);
  }
  return quoted(kept.join(' '), SHORT)
    .replace(/[.:]?$/, '.')
    .replace(/([?!…])\.$/, '$1');
}

/** Maximum characters of a short reason: about four lines on a phone. */
const SHORT = 200;

/** Returns ` on host-1`; empty if the first line of the reason names the host already. Escaped. */
export function unnamedHost(stage: StageState): string {
  const { host } = stage.failure ?? {};
  const named = firstLine(stage).split(/[\s()"',:;]+|\.(?:\s|$)/);
  return host === undefined || named.includes(host) ? '' : ` on ${quoted(host, 60)}`;
}

const messageOf = ({ failure, summary = '' }: StageState): string => failure?.message ?? summary;

const firstLine = (stage: StageState): string => messageOf(stage).trim().split('\n')[0] ?? '';

/** Matches the last line of a Python traceback, such as `ValueError: …`. */
const EXCEPTION = /^[A-Za-z_][\w.]*(?:Error|Exception)\b/;

/** Matches a line that says what failed on a host, such as `host-2: the same failure`. */
const OF_A_HOST = /^[a-z0-9][\w.-]*: /;

/** Returns a reason as one line. Joins two lines. Of more lines, keeps the first, and an exception in the last one. */
export function lineOf(message: string): string {
  const [first = '', ...more] = message.trim().split('\n');
  const last = more.at(-1) ?? '';
  if (more.length === 1)
    return OF_A_HOST.test(last) ? `${first}. ${last}` : `${first.replace(/:$/, '')}: ${last}`;
  return EXCEPTION.test(last) ? `${first.replace(/[.:]$/, '')}. ${last}` : first;
}

/** Returns a headline such as `Could not reserve the hosts` or `Smoke tests failed`. */
export function failureTitle({
  failure,
  ...stage
}: Pick<StageDescription, 'name' | 'noun'> & {
  failure?: { code: string } | undefined;
}): string {
  // A person stopped the stage, so it has not failed by itself.
  if (failure?.code === 'cancelled') return `${nounAtStart(stage)} cancelled`;
  return byCode[failure?.code ?? ''] ?? titles[stage.name] ?? `${nounAtStart(stage)} failed`;
}
