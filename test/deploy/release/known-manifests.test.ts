import { expect, test } from '@jest/globals';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import type { Host } from '../../../src/deploy/ports/ports.ts';
import { sha256 } from '../../../src/deploy/release/digest.ts';
import { readManifest, rememberManifest } from '../../../src/deploy/release/known-manifests.ts';
import { formatManifest } from '../../../src/deploy/release/manifest.ts';
import { parseAnswer } from '../../../src/host/run/answer.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const context = stageContext(createMemoryWorld());
let number = 0;

/** One that no other test has. */
function newManifest() {
  number += 1;
  const files = [{ path: `file-${number}.py`, sha256: sha256(String(number)) }];
  const text = formatManifest(files);
  return { files, text, digest: sha256(text) };
}

function hostWith(read: () => Promise<string>): Host & { reads: number } {
  return {
    name: 'host-1',
    reads: 0,
    async run() {
      this.reads += 1;
      const stdout = await read();
      return parseAnswer({ stdout, stderr: '', what: 'Test', host: 'host-1' });
    },
    runEarly: () => {},
    prepareChannel: () => {},
    get: () => Promise.reject(new Error('no request was expected')),
  };
}

test('hosts with the same manifest share one reading', async () => {
  const { files, text, digest } = newManifest();
  const hosts = [1, 2, 3].map(() => hostWith(() => Promise.resolve(text)));
  const read = await Promise.all(hosts.map((host) => readManifest(context, host, 'r1', digest)));
  expect(read[0]).toEqual(files);
  expect(new Set(read).size).toBe(1);
  expect(hosts.map(({ reads }) => reads)).toEqual([1, 0, 0]);
});

test('a host that fails does not fail the others', async () => {
  const { files, text, digest } = newManifest();
  const failing = hostWith(() => {
    throw new StageFailed('it fails', { code: 'script-failed', next: 'nothing' });
  });
  const good = hostWith(() => Promise.resolve(text));
  const [first, second] = await Promise.allSettled(
    [failing, good].map((host) => readManifest(context, host, 'r1', digest)),
  );
  expect(first?.status).toBe('rejected');
  expect(second).toEqual({ status: 'fulfilled', value: files });
});

test('a host with a damaged manifest gets it for itself alone', async () => {
  const { files, text, digest } = newManifest();
  const other = newManifest();
  const damaged = hostWith(() => Promise.resolve(other.text));
  const good = hostWith(() => Promise.resolve(text));
  const read = await Promise.all(
    [damaged, good].map((host) => readManifest(context, host, 'r1', digest)),
  );
  expect(read).toEqual([other.files, files]);
});

test('the manifest of a release that was sent is not read', async () => {
  const { files, digest } = newManifest();
  rememberManifest(digest, files);
  const host = hostWith(() => Promise.reject(new Error('it was not expected')));
  expect(await readManifest(context, host, 'r1', digest)).toBe(files);
});
