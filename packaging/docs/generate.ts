// Writes docs/reference from the code: `npm run docs`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { referencePages } from './pages.ts';
import type { Missing } from './setting-entries.ts';

/** The pages by path, formatted as `npm run format` does. */
export async function formattedPages(missing: Missing): Promise<Map<string, string>> {
  const options = await resolveConfig('README.md');
  const pages = Object.entries(await referencePages(missing)).map(async ([name, text]) => {
    const path = `docs/reference/${name}.md`;
    return [path, await format(text, { ...options, parser: 'markdown' })] as const;
  });
  return new Map(await Promise.all(pages));
}

if (import.meta.main) {
  const pages = await formattedPages((what) => process.stderr.write(`${what}\n`));
  mkdirSync('docs/reference', { recursive: true });
  for (const [path, text] of pages) writeFileSync(path, text);
}
