// Remembers answers of Slack for a time, so that many requests make one call.

const MAX_ANSWERS = 1_000;

/** Caches answers, but no failures. Simultaneous calls with one key share one. `freshMs`: asks again if it is older. */
export function remembered<Answer>(
  ask: (key: string) => Promise<Answer>,
  maxAgeMs: number,
  now = Date.now,
): (key: string, freshMs?: number) => Promise<Answer> {
  const answers = new Map<string, { answer: Promise<Answer>; at: number }>();
  return (key, freshMs = maxAgeMs) => {
    const known = answers.get(key);
    if (known && now() - known.at < freshMs) return known.answer;
    const answer = ask(key);
    answers.delete(key);
    answers.set(key, { answer, at: now() });
    const [oldest] = answers.keys();
    if (answers.size > MAX_ANSWERS && oldest !== undefined) answers.delete(oldest);
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
