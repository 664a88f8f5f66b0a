import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { command } from '../host/command.ts';
import { ensurePackages } from '../setup.ts';

/** Between two looks at the page. */
const EVERY_MS = 150;
/** Nobody wants to watch a page on which nothing happens for longer. */
const LONGEST_MS = 900;
/** The end stays, before it begins again. */
const END_MS = 4_000;

interface Frame {
  at: number;
  png: Buffer;
}

export interface Recording {
  /** Writes what was seen as an animated WebP. */
  stop(path: string): Promise<void>;
}

/** Looks at a page again and again; a look that shows nothing new is left out. */
export function record(page: Page): Recording {
  const frames: Frame[] = [];
  const ending = new AbortController();
  const look = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const png = await page.screenshot();
      if (!frames.at(-1)?.png.equals(png)) frames.push({ at: Date.now(), png });
      await pause(EVERY_MS);
    }
  };
  const looking = look();
  // What went wrong is told by `stop`; whoever never gets there has another error to tell.
  looking.catch(() => undefined);
  return {
    async stop(path) {
      ending.abort();
      await looking;
      await write(frames, path);
    },
  };
}

async function write(frames: readonly Frame[], path: string): Promise<void> {
  await ensurePackages(['webp']);
  const folder = mkdtempSync(join(tmpdir(), 'argo-frames-'));
  try {
    const files = frames.flatMap(({ at, png }, index) => {
      const file = join(folder, `${index}.png`);
      writeFileSync(file, png);
      const next = frames[index + 1]?.at ?? at + END_MS;
      const shown = frames[index + 1] ? Math.min(LONGEST_MS, next - at) : END_MS;
      return ['-d', String(shown), file];
    });
    await command('img2webp', ['-loop', '0', '-mixed', '-q', '85', ...files, '-o', path]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
