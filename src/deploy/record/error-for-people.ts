// Decides what people read of an error: expected failures as they are, all others by an id in the log.
import { isFailure } from './errors.ts';

export interface ErrorForPeople {
  message: string;
  next: string;
}

/** The caller logs the error under `id`. */
export function errorForPeople(error: unknown, id: string): ErrorForPeople {
  if (isFailure(error)) return { message: error.message, next: error.next };
  return {
    message: 'something failed inside argo-bot',
    next: `See its log, id ${id}. It is a fault of argo-bot: please report it with these lines.`,
  };
}
