// Answers the questions of a ProcessPool, inside its child process.

/** Answers each message of the parent process, and exits when the parent has ended. */
export function answerQuestions(by: { answer(question: object): object }): void {
  // systemd and Ctrl-C also send these signals to child processes. Ignore them: only the parent ends this process.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (question: object) => void process.send?.(by.answer(question)));
}
