// Decides the interface through which other parts publish the Home tab.
export interface Home {
  /** Publishes the tab for one person. `notice` is the answer to a click, in escaped mrkdwn. */
  show(user: string, notice?: string): Promise<void>;
  /** Publishes the tab for everybody who opened it in the last hour. Logs Slack's errors, throws all others. */
  refresh(): Promise<void>;
  /** Schedules a throttled refresh. */
  refreshSoon(): void;
  stop(): void;
}
