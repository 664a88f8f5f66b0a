// Describes what is counted while it happens: journal events, Slack calls and reconnects.
import type { Deployment } from '../record/deployment.ts';
import type { DeploymentEvent } from '../record/events.ts';

/**
 * How a call of Slack's Web API ended: with an answer, by a rate limit, with an error of Slack's, or without an
 * answer.
 */
export type CallOutcome = 'answered' | 'limited' | 'failed' | 'unanswered';

/** Counters of this process. */
export interface Measures {
  /** This process wrote these events. */
  written(deployment: Deployment, events: readonly DeploymentEvent[]): void;
  slackCall(method: string, outcome: CallOutcome): void;
  /** A socket to Slack was reopened. */
  reconnected(): void;
}

export const nothingMeasured: Measures = {
  written: () => {},
  slackCall: () => {},
  reconnected: () => {},
};
