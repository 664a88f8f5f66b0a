// Words errors of sockets and files for people.
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

const CONNECTION_WORDS = new Map<unknown, string>([
  ['ECONNRESET', 'the other side reset it'],
  ['EPIPE', 'the other side had closed it'],
  ['ETIMEDOUT', 'no packet came back'],
  ['EHOSTUNREACH', 'there is no route to it any more'],
  ['ENETUNREACH', 'there is no network any more'],
  ['client-timeout', 'it answered no keepalive'],
]);

/** Says how a connection ended. The library's own message is only in the log, as the cause. */
export function connectionWords(error: unknown): string {
  const byCode = CONNECTION_WORDS.get(propertyOf(error, 'code'));
  return byCode ?? CONNECTION_WORDS.get(propertyOf(error, 'level')) ?? 'the connection ended';
}

/** Says why a file on the bot's machine could not be read, by the error's code. */
export function fileWords(error: unknown): string {
  const path = propertyOf(error, 'path');
  const where = typeof path === 'string' ? ` ${path}` : '';
  switch (propertyOf(error, 'code')) {
    case 'ENOENT':
      return `there is no${where === '' ? ' such file' : where}`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not read${where === '' ? ' it' : where}`;
    case 'EISDIR':
      return 'it is a folder';
    default:
      return `reading${where === '' ? ' it' : where} failed`;
  }
}
