import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { command } from '../host/command.ts';
import { ensurePackages } from '../setup.ts';

/** Long enough to read what is new. */
const FRAME_MS = 2_000;
/** The end stays, before it begins again. */
const END_MS = 5_000;

export interface Recording {
  /** One frame of the animation: the page as it is now. */
  frame(ms?: number): Promise<void>;
  /** Writes an animated WebP. */
  write(path: string): Promise<void>;
}

/** Only the frames that matter, each for seconds, so that people can follow. */
export function record(page: Page): Recording {
  const frames: { png: Buffer; ms: number }[] = [];
  return {
    async frame(ms = FRAME_MS) {
      await page.mouse.move(0, 0);
      frames.push({ png: await page.screenshot(), ms });
    },
    async write(path) {
      await ensurePackages(['webp']);
      const folder = mkdtempSync(join(tmpdir(), 'argo-frames-'));
      try {
        const files = frames.flatMap(({ png, ms }, index) => {
          const file = join(folder, `${index}.png`);
          writeFileSync(file, png);
          return ['-d', String(index === frames.length - 1 ? END_MS : ms), file];
        });
        await command('img2webp', ['-loop', '0', '-mixed', '-q', '85', ...files, '-o', path]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
