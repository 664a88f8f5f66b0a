import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache.ts';
import { ensurePackages, sandboxPackages } from '../setup.ts';
import { command } from './command.ts';
import { customize, hostPackages, suite } from './image-recipe.ts';
import { locked } from './lock.ts';

/** The path of the root filesystem that hosts share read-only; made at first use (about 40 s). */
export async function hostImage(): Promise<string> {
  const path = join(cacheFolder, `host-${recipeHash()}`);
  if (existsSync(path)) return path;
  await ensurePackages(sandboxPackages);
  mkdirSync(cacheFolder, { recursive: true });
  // Two processes never build the same image.
  await locked(`${path}.lock`, async () => {
    if (!existsSync(path)) await build(path);
  });
  return path;
}

function recipeHash(): string {
  const recipe = JSON.stringify([suite, hostPackages, customize]);
  return createHash('sha256').update(recipe).digest('hex').slice(0, 12);
}

async function build(path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    const include = `--include=${hostPackages.join(',')}`;
    const slim = ['doc', 'man', 'locale'].map(
      (kind) => `--dpkgopt=path-exclude=/usr/share/${kind}/*`,
    );
    await command('mmdebstrap', ['-q', '--variant=minbase', include, ...slim, suite, unfinished]);
    await runCustomize(unfinished);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function runCustomize(root: string): Promise<void> {
  const shell = spawn('sh', ['-s'], {
    env: { ...process.env, ROOT: root },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  shell.stdin.end(customize);
  const code = await new Promise((done) => shell.once('close', done));
  if (code !== 0) throw new Error(`The host image could not be set up: ${stderr.trim()}`);
}
