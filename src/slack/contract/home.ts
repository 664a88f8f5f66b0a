// Decides how other parts refresh the Home tab.
export interface Home {
  /** Publishes it for one person. `notice` answers a click; escaped mrkdwn. */
  show(user: string, notice?: string): Promise<void>;
  /** Publishes it for everybody who opened it lately. Logs Slack's errors, throws all others. */
  refresh(): Promise<void>;
  /** Schedules a throttled refresh. */
  refreshSoon(): void;
  stop(): void;
}
