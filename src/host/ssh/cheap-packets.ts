// Makes each SSH packet cheaper for this process. Fifty hosts exchange tens of thousands of them.
import { createSecretKey } from 'node:crypto';
import { Socket } from 'node:net';
import type { Client, Connection } from 'ssh2';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

/** Connects. All that is written in one turn is sent in one system call: ssh2 writes each packet in three pieces. */
export function openSocket(host: string, port: number): Socket {
  const socket = new Socket();
  const write = socket.write.bind(socket);
  socket.write = (data: Buffer): boolean => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    return write(data);
  };
  // Nagle's algorithm would cost 42 ms for every command.
  return socket.setNoDelay(true).connect({ host, port });
}

/** Where ssh2 keeps the keys of AES-GCM. */
const keys = [
  ['_cipher', '_encKey'],
  ['_decipher', '_decipherKey'],
] as const;

/**
 * Replaces the bytes of each key by a key object, and returns how many. ssh2 makes a cipher for each packet, and Node
 * spends more time on finding that bytes are no key object than on the encryption. After an exchange of keys ssh2 has bytes again.
 */
export function prepareKeys(client: Client | Connection): number {
  const protocol = propertyOf(client, '_protocol');
  return keys.filter(([holder, name]) => {
    const cipher = propertyOf(protocol, holder);
    const key = propertyOf(cipher, name);
    if (typeof cipher !== 'object' || cipher === null || !Buffer.isBuffer(key)) return false;
    return Reflect.set(cipher, name, createSecretKey(key));
  }).length;
}
