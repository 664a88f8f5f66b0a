import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { packFiles } from '../../../src/host/run/tar.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tar-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function lay(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe('packing', () => {
  test('every file in order, then the extra ones; empty, long, large and many', async () => {
    const wanted = new Map([
      ['empty', Buffer.alloc(0)],
      [`${'x'.repeat(120)}/${'y'.repeat(140)}é/a b.py`, randomBytes(511)],
      ['large', randomBytes(1_000_001)],
      ...Array.from({ length: 60 }, (_, at) => [`p/${at}.py`, randomBytes(at * 40)] as const),
    ]);
    for (const [path, content] of wanted) await lay(path, content);
    const extra = { path: '.argo/manifest', mode: 0o600, content: Buffer.from('m') };
    const files = [...wanted.keys()].map((path) => ({ path, mode: 0o755 }));

    const found = new Map<string, Buffer>();
    const unpacked = packFiles(folderTree(folder), files, [extra], { mtime: 1_700_000_000 }).pipe(
      extract(),
    );
    for await (const entry of unpacked) {
      const { name, mode, mtime, uid, gid } = entry.header;
      expect([mode, mtime?.getTime(), uid, gid]).toEqual([
        name === extra.path ? 0o600 : 0o755,
        1_700_000_000_000,
        0,
        0,
      ]);
      found.set(name, await buffer(entry));
    }
    expect([...found.keys()]).toEqual([...wanted.keys(), extra.path]);
    expect([...wanted].every(([path, content]) => found.get(path)?.equals(content))).toBe(true);
  });

  test('a file that vanished breaks the stream off, with what to do', async () => {
    await lay('a.py', Buffer.from('a'));
    const files = ['a.py', 'gone.py', 'b.py'].map((path) => ({ path, mode: 0o644 }));
    await expect(
      text(packFiles(folderTree(folder), files, [], { mtime: 0 })),
    ).rejects.toMatchObject({
      name: 'StageFailed',
      code: 'files-changed',
      message: expect.stringContaining('gone.py'),
    });
  });

  test('given up, it ends quietly', async () => {
    await lay('large', randomBytes(5_000_000));
    const stream = packFiles(folderTree(folder), [{ path: 'large', mode: 0o644 }], [], {
      mtime: 0,
    });
    for await (const _ of stream) break;
    expect(stream.destroyed).toBe(true);
  });
});
