import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { reply } from './reply.ts';

const here = (name: string) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

let bundle: Promise<Map<string, string>> | undefined;

/** Bundled on the first visit, so that tests without a browser never pay for it. */
async function build(): Promise<Map<string, string>> {
  const esbuild = await import('esbuild');
  const result = await esbuild.build({
    entryPoints: { page: here('main.ts'), style: here('page.css') },
    outdir: '/',
    bundle: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    logLevel: 'silent',
  });
  return new Map(result.outputFiles.map(({ path, text }) => [path, text]));
}

const TYPES: Record<string, string> = { '/page.js': 'text/javascript', '/style.css': 'text/css' };

/** Answers true when the path belongs to the page. */
export async function page(path: string, response: ServerResponse): Promise<boolean> {
  const type = TYPES[path];
  if (type !== undefined) {
    bundle ??= build();
    reply(response, 200, `${type}; charset=utf-8`, (await bundle).get(path) ?? '');
  } else if (path === '/' || path.startsWith('/archives/')) {
    reply(response, 200, 'text/html; charset=utf-8', await readFile(here('index.html')));
  } else return false;
  return true;
}
