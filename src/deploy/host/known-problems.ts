// Decides which problems of a host are known from its reservation, before the pre-flight checks run there.
import { describeClock } from './observe.ts';
import type { Host } from '../ports/ports.ts';
import { requireFact } from '../record/facts.ts';
import type { Target } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';

export interface Problem {
  text: string;
  /** What to do, as an imperative; a command to run on the host if it starts with a backtick. */
  fix: string | undefined;
}

/** Problems of Python and of the clock that the stage `claim` found on the host. */
export function problemsSeen({ target, facts }: StageContext, host: Host): [Problem[], Problem[]] {
  const seen = requireFact(facts, 'hosts')[host.name];
  return [pythonMissing(target, seen?.python, host.name), clockProblem(seen?.clockOff)];
}

function pythonMissing(
  { settings: { python } }: Target,
  version: string | undefined,
  host: string,
): Problem[] {
  if (!python || version !== undefined) return [];
  return [
    {
      text: `${python.interpreter} does not exist or does not run`,
      fix:
        python.interpreter === '/usr/bin/python3'
          ? '`sudo apt-get install python3 python3-venv`'
          : `put a Python that ${host} has (\`ls /usr/bin/python3*\` there) into python.interpreter in argo.yml, and restart argo-bot`,
    },
  ];
}

/** Clock difference in seconds above which certificates and tokens fail, and logs are out of order. */
const MAX_CLOCK_OFF_S = 30;

function clockProblem(seconds = 0): Problem[] {
  if (Math.abs(seconds) <= MAX_CLOCK_OFF_S) return [];
  return [
    {
      text: `${describeClock(seconds)} (limit ${MAX_CLOCK_OFF_S} s)`,
      fix: 'on the machine whose `date` is wrong, run `sudo timedatectl set-ntp true`',
    },
  ];
}
