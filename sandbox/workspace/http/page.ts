import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { reply } from './reply.ts';

const here = (name: string) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

let bundle: Promise<string> | undefined;

/** Bundled on the first visit, so that tests without a browser never pay for it. */
async function script(): Promise<string> {
  const result = await build({
    entryPoints: [here('main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    logLevel: 'silent',
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error('the page did not bundle');
  return output.text;
}

/** Answers true when the path belongs to the page. */
export async function page(path: string, response: ServerResponse): Promise<boolean> {
  if (path === '/page.js') {
    bundle ??= script();
    reply(response, 200, 'text/javascript; charset=utf-8', await bundle);
  } else if (path === '/page.css') {
    reply(response, 200, 'text/css; charset=utf-8', await readFile(here('page.css')));
  } else if (path === '/' || path.startsWith('/archives/')) {
    reply(response, 200, 'text/html; charset=utf-8', await readFile(here('index.html')));
  } else return false;
  return true;
}
