import { execFile } from 'node:child_process';

export interface Outcome {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of this machine to its end; a code other than 0 is for the caller to judge. */
export function outcomeOf(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, args, { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal ?? null);
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

/** As above, but says which program failed, and why. */
export async function command(
  file: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(file, args, env);
  if (code === 0) return stdout;
  const last = stderr.trim().split('\n').slice(-5).join('\n') || 'nothing written';
  throw new Error(`${file} ${args.join(' ')} exited ${code}: ${last}`);
}

/** For undoing: what is already gone is no failure. */
export async function attempt(file: string, args: readonly string[]): Promise<boolean> {
  return (await outcomeOf(file, args)).code === 0;
}
