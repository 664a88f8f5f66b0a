// Answers the questions of a ProcessPool, in the process that runs for it.

/** Each message is a question. Ends when the process that asks has ended. */
export function answerQuestions<Q>(answer: (question: Q) => object): void {
  // systemd and Ctrl-C tell every process of the bot to stop; the one that asks decides about this one.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (question) => void process.send?.(answer(question as Q)));
}
