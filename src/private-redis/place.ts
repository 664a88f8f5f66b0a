// Decides where the private Redis keeps its data and socket. Refuses a folder or socket of another user.
import { lstatSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Misconfigured } from '../deploy/record/errors.ts';

/** The kernel's limit in bytes for the path of a Unix socket: sun_path of unix(7), without the final NUL. */
const MAX_SOCKET_PATH = 107;

export interface PrivateRedisPlace {
  folder: string;
  socket: string;
}

export function placeIn(dataDirectory: string): PrivateRedisPlace {
  const folder = resolve(dataDirectory, 'redis');
  const socket = join(folder, 'redis.sock');
  if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH) return { folder, socket };
  throw new Misconfigured(
    `${socket} is longer than the ${MAX_SOCKET_PATH} bytes that a socket may have`,
    {
      code: 'data-folder',
      next: 'Point ARGO_DATA to a folder with a shorter path, and move the data there.',
    },
  );
}

export const urlOf = (socket: string, password: string): string =>
  `redis+unix://:${password}@${encodeURI(socket)}`;

/** Fails with `redis-not-ours` if someone else than `owners` owns the folder or socket, or can enter it. */
export function refuseForeign(
  { folder, socket }: PrivateRedisPlace,
  owners: readonly (number | undefined)[] = [process.getuid?.()],
): void {
  for (const path of [folder, socket]) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) continue;
    const wrongKind = path === folder ? !found.isDirectory() : !found.isSocket();
    if (
      wrongKind ||
      !owners.includes(found.uid) ||
      (path === folder && (found.mode & 0o077) !== 0)
    ) {
      throw new Misconfigured(
        `${path}, where the Redis of argo-bot lies, is no ${path === folder ? 'folder' : 'socket'} of this user alone`,
        {
          code: 'redis-not-ours',
          next: `See whose it is: ls -ld ${path}. If it is yours: chown ${owners[0]} ${path} && chmod 700 ${folder}. Else end what made it and remove it.`,
        },
      );
    }
  }
}

/** Returns the user ids that may own the Redis that this process uses. Root also accepts the data folder's owner. */
export function acceptedOwners(dataDirectory: string): (number | undefined)[] {
  const me = process.getuid?.();
  return me === 0 ? [me, statSync(dataDirectory).uid] : [me];
}
