import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../source/repository.ts';
import { read } from './support/files.ts';

/** The lines of a page that change permissions in the clone. */
const chmods = (page: string): string =>
  [...read(page).matchAll(/^ *(chmod .*)$/gm)].map(([, line]) => line).join('\n');

test.each(['docs/how-to/install.md', 'docs/how-to/upgrade.md'])(
  'after %s the user of the bot can read a clone that was made with umask 077, and others not .env',
  (page) => {
    const folder = temporaryFolder();
    for (const made of ['src/cli', 'jobs', 'node_modules/zod']) {
      mkdirSync(path.join(folder, made), { recursive: true });
    }
    for (const file of ['.env', 'package.json', 'src/argo-bot.js', 'src/cli/exit.ts']) {
      writeFileSync(path.join(folder, file), '');
    }
    writeFileSync(path.join(folder, 'node_modules/zod/index.js'), '');
    execFileSync('chmod', ['-R', 'go=', folder]);
    chmodSync(path.join(folder, 'src/argo-bot.js'), 0o700);
    execFileSync('sh', ['-euc', chmods(page)], { cwd: folder });
    const closed = [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]
      .map((name) => path.resolve(folder, name))
      .filter((file) => {
        const stats = statSync(file);
        const wanted = stats.isDirectory() ? 0o5 : 0o4;
        return (stats.mode & wanted) !== wanted;
      });
    expect(closed).toEqual([path.join(folder, '.env')]);
    expect(statSync(path.join(folder, 'src/argo-bot.js')).mode & 0o777).toBe(0o755);
  },
);
