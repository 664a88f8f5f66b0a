// Installs and removes the git pre-commit hook that runs `argo-bot check --staged`.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StageFailed } from '../deploy/record/errors.ts';
import { Exit } from './exit.ts';

const MARK = '# made by argo-bot hook install';

interface HookOptions {
  service?: string;
  config?: string;
  force?: true;
}

/** Returns the path of the pre-commit hook. Does not use git.ts, which overrides core.hooksPath and thus this path. */
async function hookFile(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--git-path', 'hooks']);
    return path.resolve(stdout.replace(/\n$/, ''), 'pre-commit');
  } catch (error) {
    throw new StageFailed(`${process.cwd()} is not in a git work tree.`, {
      code: 'not-a-git-tree',
      next: 'Change into the checkout of the service, then repeat the command.',
      cause: error,
    });
  }
}

/** Installs the hook. Refuses to replace a hook that argo-bot did not write, unless `--force` is given. */
export async function installHook(options: HookOptions): Promise<number> {
  const file = await hookFile();
  const kept = `${file}.before-argo-bot`;
  const old = await contentOf(file);
  const call = callOf(options);
  const foreign = old !== undefined && !old.includes(MARK);
  if (foreign && !options.force) {
    process.stderr.write(
      `${file} exists and is not from argo-bot, so nothing was changed.\n` +
        `Add this line to it:\n\n  ${call} || exit 1\n\n` +
        `or type argo-bot hook install --force: it is kept as ${path.basename(kept)} and runs first.\n`,
    );
    return Exit.found;
  }
  if (foreign && (await contentOf(kept)) !== undefined) {
    process.stderr.write(`${kept} exists: move it away first. Nothing was changed.\n`);
    return Exit.found;
  }
  await mkdir(path.dirname(file), { recursive: true });
  if (foreign) await rename(file, kept);
  await writeFile(file, script(call));
  await chmod(file, 0o755);
  process.stdout.write(
    `${file} checks what is staged before each commit${foreign ? `, after ${path.basename(kept)}` : ''}.\n`,
  );
  return Exit.fine;
}

export async function uninstallHook(): Promise<number> {
  const file = await hookFile();
  const kept = `${file}.before-argo-bot`;
  const old = await contentOf(file);
  if (old === undefined || !old.includes(MARK)) {
    process.stderr.write(
      `${file} is ${old === undefined ? 'not there' : 'not from argo-bot'}; nothing was changed.\n`,
    );
    return Exit.found;
  }
  await rm(file);
  const back = (await contentOf(kept)) !== undefined;
  if (back) await rename(kept, file);
  process.stdout.write(`${file} was removed${back ? '; the earlier hook is back' : ''}.\n`);
  return Exit.fine;
}

/** Returns the hook's command line, with absolute paths, because git runs a hook with another PATH and folder. */
function callOf({ service, config }: HookOptions): string {
  const cli = path.join(import.meta.dirname, '..', 'argo-bot.js');
  const words = [process.execPath, cli, 'check', '--staged'];
  if (service !== undefined) words.push('--service', service);
  if (config !== undefined) words.push('--config', path.resolve(config));
  return words.map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

function script(call: string): string {
  return `#!/bin/sh
${MARK}; argo-bot hook uninstall takes it away.
before="$0.before-argo-bot"
if [ -x "$before" ]; then "$before" "$@" || exit; fi
if [ ! -x ${quoted(process.execPath)} ]; then
  echo 'argo-bot is not where it was when this hook was installed: install it again, or git commit --no-verify.' >&2
  exit 1
fi
exec ${call}
`;
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
