import type { Deployment } from '../record/deployment.ts';
import type { DeploymentEvent } from '../record/events.ts';

/** How a call of Slack's Web API ended: answered at all, refused by a rate limit, an error of theirs, or silence. */
export type CallOutcome = 'answered' | 'limited' | 'failed' | 'unanswered';

/** What is counted while it happens, in the process in which it happens. */
export interface Measures {
  /** This process has written these events. */
  written(deployment: Deployment, events: readonly DeploymentEvent[]): void;
  slackCall(method: string, outcome: CallOutcome): void;
  /** A socket to Slack had to be opened anew. */
  reconnected(): void;
}

export const nothingMeasured: Measures = {
  written: () => {},
  slackCall: () => {},
  reconnected: () => {},
};
