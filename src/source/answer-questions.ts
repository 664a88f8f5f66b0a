// Answers the questions of a ProcessPool, inside its child process.

/** The code that answers the questions of one pool. */
interface Answering {
  answer(question: object): object;
}

/** Answers each message of the parent process, and exits when the parent has ended. */
export function answerQuestions(by: Answering): void {
  // systemd and Ctrl-C send these signals to child processes too; the parent decides when this one ends.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (question: object) => void process.send?.(by.answer(question)));
}
