// Builds the input of a script, and of the scripts that the host runs after it.
import { randomBytes } from 'node:crypto';
import type { Log, RunOptions, ScriptCall } from '../../deploy/ports/ports.ts';
import type { Call } from '../ssh/run-channel.ts';
import type { ScriptRun } from './interpret-exit.ts';
import { encodeParameters, type Parameters } from './parameters.ts';
import { commandOf, scriptInput, scriptNamed, type Script } from './script-text.ts';

export interface Run extends ScriptRun {
  script: Script;
  parameters: Parameters;
  payload: RunOptions['payload'];
  /** The scripts that the host runs after this one. */
  ahead: readonly ScriptCall[];
  timeoutMs: number;
  log: Log;
}

/** How long a script waits for the host's lock before it exits. A wait on the host ends when the lock is free. */
const fenceWaitS = 15;
/** The wait for the lock ends this long before the time limit, so that a busy host is not reported as lost. */
export const marginMs = 1_500;

/** Returns the input of the script, and of the scripts that the host runs after it. */
export function buildCall(run: Run, leftMs: number, hasRunner: boolean): Call {
  const { script, payload, what, host } = run;
  const waitS = Math.max(0, Math.min(fenceWaitS, Math.floor((leftMs - marginMs) / 1_000)));
  const first = { script: script.name, parameters: run.parameters, payload };
  const calls = [first, ...run.ahead];
  const marks = calls.map(() => randomBytes(12).toString('hex'));
  const inputs = calls.map((call, index) => {
    return scriptCallInput(call, {
      host,
      waitS,
      mark: marks[index] ?? '',
      next: marks[index + 1],
      hasRunner,
    });
  });
  const stream = Buffer.isBuffer(payload) ? undefined : payload;
  return {
    command: commandOf(run.user),
    head: Buffer.concat(inputs),
    marks,
    payload: stream,
    // A spare channel may end before it reads the payload, and a stream can be sent only once.
    mayUseSpare: stream === undefined,
    streamAfter: script.fenced ? 'fence\theld\n' : undefined,
    what,
    host,
  };
}

/** Returns the script's text, its parameters, and its payload unless the payload is a stream. */
function scriptCallInput(
  { script: name, parameters, payload }: Omit<ScriptCall, 'payload'> & Pick<RunOptions, 'payload'>,
  given: {
    host: string;
    waitS: number;
    mark: string;
    next: string | undefined;
    hasRunner: boolean;
  },
): Buffer {
  const script = scriptNamed(name);
  const all: Parameters = { ...parameters };
  if (script.fenced) all['wait'] = given.waitS;
  if (given.next !== undefined) all['followed'] = 'yes';
  const content = Buffer.isBuffer(payload) ? payload : undefined;
  if (content !== undefined) all['payload_bytes'] = content.length;
  return Buffer.concat([
    scriptInput(script, given.mark, given.next, given.hasRunner),
    encodeParameters(all, name, given.host),
    content ?? Buffer.alloc(0),
  ]);
}
