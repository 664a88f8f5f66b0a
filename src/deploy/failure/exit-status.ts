// Decides how a service's exit is described: exit status, signal, out of memory, watchdog.
import { constants } from 'node:os';
import type { Answer } from '../ports/ports.ts';

/** systemd's own exit statuses for a command that it could not start; see systemd.exec(5). */
const OF_SYSTEMD: Record<string, string> = {
  '200': 'CHDIR: its working directory cannot be entered',
  '203': 'EXEC: the command cannot be executed',
  '209': 'STDOUT: its standard output cannot be opened',
  '216': 'GROUP: its group does not exist',
  '217': 'USER: its user does not exist',
  '226': 'NAMESPACE: a path of its sandbox does not exist',
};

/** Follows the words that a unit failed, if its port answers all the same. */
export const LEFT_BEHIND = 'A process that it left behind still answers';

const RESULTS: Record<string, string> = {
  'oom-kill': ', out of memory',
  watchdog: ', by its watchdog',
  timeout: ', after a time-out',
};

/** Names of signals by number. Of two names for one number, the first in Node's list is used: SIGABRT, not SIGIOT. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [String(number), name]),
);

/** Says how a service ended, with the service as subject: `ended with exit status 3`, `was killed by SIGKILL`. */
export function describeEnd(answer: Pick<Answer, 'maybe' | 'value'>): string {
  const exit = describeExit(answer);
  if (exit === undefined) return 'ended';
  return exit.startsWith('killed') ? `was ${exit}` : `ended with ${exit}`;
}

/** Returns ` (exit status 3)` to append to a message; empty if it is not known how the service ended. */
export function exitSuffix(answer: Pick<Answer, 'maybe' | 'value'>): string {
  const how = describeExit(answer);
  return how === undefined ? '' : ` (${how})`;
}

/** Describes an answer of the script slot-state: `exit status 3`, `killed by SIGKILL, out of memory`. */
export function describeExit(answer: Pick<Answer, 'maybe' | 'value'>): string | undefined {
  const [code, status = '', command = '', result = ''] = (answer.maybe('ended') ?? '').split(' ');
  const why = RESULTS[result] ?? '';
  const whose = command === '' || command === 'ExecStart' ? '' : `${command}: `;
  if (code === 'killed' || code === 'dumped') {
    const core = code === 'dumped' ? ' and dumped core' : '';
    return `${whose}killed by ${signalNames.get(status) ?? `signal ${status}`}${core}${why}`;
  }
  // Without a recorded crash only systemd's ExecMainStatus is left, and a 0 there may belong to a later start.
  const known = code === 'exited' ? status : answer.value('exit_status');
  if (code !== 'exited' && known === '0') return undefined;
  const meaning = OF_SYSTEMD[known];
  return `${whose}exit status ${known}${meaning === undefined ? '' : `/${meaning}`}${why}`;
}
