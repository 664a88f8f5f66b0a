// Explains why argo.yml cannot be read, and what to do.
import { dirname, resolve } from 'node:path';
import { Misconfigured } from '../deploy/record/errors.ts';
import { propertyOf } from '../deploy/untrusted/unknown-error.ts';
import { ownUser } from '../deploy/untrusted/own-user.ts';

const CORRECT =
  'Correct the path (--config or ARGO_CONFIG), or copy the example there: the file argo.yml of argo-bot.';

/** Returns the failure for `error` of reading `file`. `user` may not read it, if that is the reason. */
export function unreadableSettings(file: string, error: unknown, user = ownUser()): Misconfigured {
  const path = resolve(file);
  const code = propertyOf(error, 'code');
  const failure = (what: string, next: string): Misconfigured =>
    new Misconfigured(`${path} ${what}`, { code: 'argo-yml-missing', next, cause: error });
  switch (code) {
    case 'ENOENT':
      return failure('does not exist', CORRECT);
    case 'EISDIR':
      return failure(
        'is a folder',
        `Name the file in it (--config or ARGO_CONFIG): ${path}/argo.yml`,
      );
    case 'ENOTDIR':
      return failure(`cannot be read: ${dirname(path)} is not a folder`, CORRECT);
    case 'EACCES':
    case 'EPERM':
      return failure(
        `cannot be read by the user ${user}: permission denied`,
        `See which folder or file forbids it: namei -l ${path}. Run argo-bot as the user it belongs to, as in docs/how-to/install.md, or let ${user} read it.`,
      );
    default:
      return failure(`cannot be read: ${String(code ?? error)}`, CORRECT);
  }
}
