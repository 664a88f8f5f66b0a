import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a program of this machine and says which one failed, and why. */
export async function command(file: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(file, args, { maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { stderr = '', code } = error as { stderr?: string; code?: number | string };
    const last = stderr.trim().split('\n').slice(-5).join('\n') || 'nothing written';
    throw new Error(`${file} ${args.join(' ')} exited ${code}: ${last}`, { cause: error });
  }
}

/** For undoing: what is already gone is no failure. */
export async function attempt(file: string, args: readonly string[]): Promise<boolean> {
  return command(file, args).then(
    () => true,
    () => false,
  );
}
