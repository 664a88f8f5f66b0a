// Tests whether this machine can make a sandbox, for `argo-bot doctor`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runSandboxed } from './run-sandboxed.ts';
import { type NoSandbox, explainNoSandbox } from './no-sandbox.ts';

/** Runs the command `true` in a sandbox. Undefined if it succeeded, otherwise the reason and the next step. */
export async function trySandbox(signal: AbortSignal): Promise<NoSandbox | undefined> {
  const tree = await mkdtemp(path.join(tmpdir(), 'argo-try-'));
  try {
    const ran = await runSandboxed(['true'], {
      tree,
      folder: '.',
      env: { PATH: '/usr/bin:/bin' },
      network: false,
      memoryMb: 64,
      read: [],
      hide: [],
      limitMs: 15_000,
      signal,
    });
    if (ran.kind === 'no-sandbox') return explainNoSandbox(ran.output);
    const { ending } = ran.run;
    if (ending.kind === 'exited' && ending.code === 0) return undefined;
    return explainNoSandbox(ran.run.output);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}
