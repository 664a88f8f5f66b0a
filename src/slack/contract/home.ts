export interface Home {
  /** Draws it for one person. `notice` answers a click; mrkdwn, escaped. */
  show(user: string, notice?: string): Promise<void>;
  /** Draws it anew for everybody who has looked lately. Slack's troubles are logged, and never in the way. */
  refresh(): Promise<void>;
  /** A refresh soon, and never more often than people can read. */
  refreshSoon(): void;
  stop(): void;
}
