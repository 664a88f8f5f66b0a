// What people read of an error: our own failures say it themselves, all else stays in the log.
import { isFailure } from './errors.ts';

export interface OwnWords {
  message: string;
  next: string;
}

/** `id` is what the log has the error under; the caller has written it there. */
export function ownWords(error: unknown, id: string): OwnWords {
  if (isFailure(error)) return { message: error.message, next: error.next };
  return {
    message: 'something failed inside argo-bot',
    next: `See its log, id ${id}. It is a fault of argo-bot: please report it with these lines.`,
  };
}
