// Answers the questions of a ProcessPool, in the process that runs for it.

/** Questions are of the kind that the pool of this process sends. */
interface Answering {
  answer(question: object): object;
}

/** Ends when the process that asks has ended. */
export function answerQuestions(by: Answering): void {
  // systemd and Ctrl-C tell every process of the bot to stop; the one that asks decides about this one.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (question: object) => void process.send?.(by.answer(question)));
}
