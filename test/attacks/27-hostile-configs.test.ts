/**
 * The attacker commits a config, or has one on a host, that takes for ever to read: while the bot reads, it
 * answers nobody. Whatever the input is, nothing else may wait longer than 50 ms, and the reading must end.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { blocksNobody } from '../support/event-loop.ts';
import { configs } from './support/hostile.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attack-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function tree(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const source = createConfigSource({ fingerprintKey: 'a key', warm: true });
/** Read as a host has them, too; the others differ in nothing there. */
const ON_HOST = new Set([
  'config.json huge number',
  'config.json flat',
  'config.yml merges',
  '.env quotes',
]);

test.each(Object.entries(configs()))(
  '%s',
  async (name, text) => {
    const file = name.split(' ')[0] ?? '';
    const root = tree(`config-${name}`, { [file]: text });
    await blocksNobody(() =>
      source.read(file, folderTree(root), { rules: [], probes: [] }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: expect.stringMatching(/^config-/) });
      }),
    );
    if (!ON_HOST.has(name)) return;
    const redactor = createRedactor();
    await blocksNobody(async () => {
      await redactor.learnFromHost(await source.secretsIn(file, text));
      await source.fingerprintsIn(file, text);
    });
  },
  // A busy machine needs every try.
  300_000,
);
