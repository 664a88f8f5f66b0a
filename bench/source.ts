// Measures how long the bot takes to read a commit, beside git alone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonFiles } from '../src/deploy/python/check-python.ts';
import { FilesSchema } from '../src/deploy/settings/settings.ts';
import { endObjectReaders } from '../src/source/git/object-reader.ts';
import { createPythonCheck } from '../src/source/python/python-check.ts';
import { createSource } from '../src/source/tree/git-source.ts';
import { median } from './figures.ts';

const FILES = 3_000;
const ROUNDS = 15;
const BOUND_MS = 80;
/** The bot fetches again after this time. */
const FRESH_MS = 3_100;

/** What the bot does with one changed file of many before it asks a host, beside what git alone needs for it. */
async function main(): Promise<void> {
  const top = mkdtempSync(path.join(tmpdir(), 'argo-bench-source-'));
  try {
    await measure(top);
  } finally {
    rmSync(top, { recursive: true });
  }
}

async function measure(top: string): Promise<void> {
  const remote = path.join(top, 'remote');
  mkdirSync(remote);
  const git = gitIn(remote);
  for (let at = 0; at < FILES; at += 1) {
    mkdirSync(path.join(remote, `package${at % 60}`), { recursive: true });
    writeFileSync(path.join(remote, `package${at % 60}/m${at}.py`), moduleText(at));
  }
  git('init', '--quiet', '--initial-branch=main');
  const commit = (text: string): void => {
    writeFileSync(path.join(remote, 'package0/m0.py'), text);
    git('add', '--all');
    git('commit', '--quiet', '--message', text.slice(0, 20));
  };
  commit('x = 0\n');
  const clone = path.join(top, 'clone');
  git('clone', '--quiet', remote, clone);
  const readByBot = bot(top, remote);
  const firstMs = await readByBot();
  const times = { bot: [] as number[], git: [] as number[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    await sleep(FRESH_MS);
    commit(`x = ${round}\n`);
    times.bot.push(await readByBot());
    const began = performance.now();
    gitIn(clone)('fetch', '--quiet');
    gitIn(clone)('checkout', '--quiet', '--detach', 'origin/main');
    times.git.push(performance.now() - began);
  }
  endObjectReaders();
  const [ms, plain] = [median(times.bot), median(times.git)];
  process.stdout.write(
    `${FILES} files of a local remote: first ${firstMs.toFixed(0)} ms; one changed ${ms.toFixed(0)} ms ` +
      `(best ${Math.min(...times.bot).toFixed(0)}, bound ${BOUND_MS}), fetched, listed and analyzed; ` +
      `git fetch and checkout alone ${plain.toFixed(0)} ms: ${(ms / plain).toFixed(2)} times\n`,
  );
}

/** Fetches, admits, lists, hashes and checks the newest commit; tells how long that took. */
function bot(top: string, remote: string): () => Promise<number> {
  const source = createSource({ dataDirectory: path.join(top, 'source') });
  const python = createPythonCheck({ dataDirectory: path.join(top, 'python'), warm: true });
  const settings = { git: remote, branch: 'main', directory: '.' };
  const { signal } = new AbortController();
  return async () => {
    const began = performance.now();
    const { sha } = await source.resolve(settings, undefined, signal);
    await source.admit(settings, sha, signal);
    const tree = await source.files(settings, sha, signal);
    const { files } = await tree.discover(FilesSchema.parse({}));
    await python.check({ tree, files: pythonFiles(files) }, signal);
    return performance.now() - began;
  };
}

const moduleText = (at: number): string =>
  `"""Module ${at}."""\n\n\ndef add(x: int) -> int:\n    y = x + ${at}\n    return y\n# ${'-'.repeat(400)}\n`;

function gitIn(cwd: string): (...args: string[]) => void {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return (...args) => void execFileSync('git', [...identity, ...args], { cwd });
}

await main();
