// Keeps what must be ended, and ends it: the last started first.
export type Ends = (() => Promise<void> | void)[];

/** What is started meanwhile ends, too. */
export async function endInTurn(ends: Ends): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
