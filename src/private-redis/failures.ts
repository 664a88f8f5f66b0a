// Creates the failures of the private Redis: not installed, not started by argo-bot, folder unusable.
import { dirname } from 'node:path';
import { Misconfigured } from '../deploy/record/errors.ts';
import { ownUser } from '../deploy/untrusted/own-user.ts';
import { foreignFile } from './foreign-file.ts';

export function olderVersionRuns(port: number): Misconfigured {
  return new Misconfigured(
    `An older argo-bot still runs on the same data: its Redis listens at 127.0.0.1:${port}`,
    {
      code: 'redis-not-ours',
      next: 'Stop every part of the older argo-bot, then start this one. It keeps the data.',
    },
  );
}

/** `folder` is that of the private Redis, in the data folder. */
function ownedByAnother(folder: string): Misconfigured | undefined {
  const path = foreignFile(folder);
  if (path === undefined) return undefined;
  const user = ownUser();
  return new Misconfigured(`${path} belongs to another user, so the user ${user} cannot use it`, {
    code: 'data-folder',
    next: `As root: chown -R ${user} ${dirname(folder)}`,
  });
}

export function unusableFolder(folder: string, cause: unknown, path = folder): Misconfigured {
  const foreign = ownedByAnother(folder);
  if (foreign) return foreign;
  const what =
    cause === undefined
      ? 'does not hold the password that was put there'
      : 'cannot be made or read';
  return new Misconfigured(`${path} ${what}`, {
    code: 'data-folder',
    next:
      cause === undefined
        ? 'Stop every part of argo-bot, remove that file, and start again.'
        : 'Point ARGO_DATA to a folder that this user may write to.',
    cause,
  });
}

export function notStarted(folder: string): Misconfigured {
  const foreign = ownedByAnother(folder);
  if (foreign) return foreign;
  return new Misconfigured('REDIS_URL is not set and no redis-server could be started here', {
    code: 'no-redis',
    next: 'Install it (apt-get install redis-server), or set REDIS_URL to a Redis that runs.',
  });
}

export function notOurs(socket: string, folder: string): Misconfigured {
  // A server that cannot open its own files may close the connection before it ends.
  const foreign = ownedByAnother(folder);
  if (foreign) return foreign;
  return new Misconfigured(
    `What answers at ${socket} is not the Redis of ${folder}: it does not take its password`,
    {
      code: 'redis-not-ours',
      next: `End it (ss -xlp names it), give every part of argo-bot the same ARGO_DATA, or set REDIS_URL.`,
    },
  );
}
