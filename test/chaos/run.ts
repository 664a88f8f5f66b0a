import type { Message } from '../../sandbox/workspace/model.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';

/** What one run has come to know, for the faults that strike it and the checks after it. */
export interface Run {
  id: string;
  root: Message;
  began: number;
  /** Its journal as far as it was seen, kept here too in case Redis loses it. */
  events: DeploymentEvent[];
  /** While the host itself was off. */
  off: { from: number; to: number }[];
  /** Its messages that somebody took away. */
  deleted: Set<string>;
  /** When its worker was killed in the middle of a phase, and since when there was another. */
  gone: { at: number; othersSince: number }[];
  /** Nobody could post in its channel any more. */
  channelGone: boolean;
  /** Redis has lost everything on purpose. */
  recordsLost: boolean;
  /** Another one that waited in line, and whose turn came once this one was over. */
  next?: Run;
  /** What a fault found out of order by itself. */
  wrong: string[];
}

export function beginRun(id: string, root: Message): Run {
  return {
    id,
    root,
    began: Date.now(),
    events: [],
    off: [],
    deleted: new Set(),
    gone: [],
    channelGone: false,
    recordsLost: false,
    wrong: [],
  };
}
