// Checks README, docs/ and the other documents: links, length, words, and whether the reference is current.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { failureCodes } from '../../src/deploy/record/codes.ts';
import {
  avoidedWords,
  brokenLinks,
  longPages,
  type Pages,
  unlinkedPages,
  wideTables,
} from './markdown.ts';
import { formattedPages } from './generate.ts';

const INDEX = 'docs/README.md';

export function readPages(): Map<string, string> {
  const paths = globSync(['*.md', 'docs/**/*.md']).toSorted();
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}

/** Limits by requirement: README 150 lines, each page below docs/ 200. */
function limitOf(page: string): number | undefined {
  if (page === 'README.md') return 150;
  return page.startsWith('docs/') ? 200 : undefined;
}

/** The reference as the code has it now, and what has no text. */
export interface Generated {
  reference: Pages;
  missing: readonly string[];
}

export async function generate(): Promise<Generated> {
  const missing: string[] = [];
  return { reference: await formattedPages((what) => missing.push(what)), missing };
}

export function problemsIn(pages: Pages, { reference, missing }: Generated): string[] {
  const docs = new Map([...pages].filter(([page]) => limitOf(page) !== undefined));
  const stale = [...reference]
    .filter(([page, text]) => pages.get(page) !== text)
    .map(([page]) => `${page} is not current: run npm run docs`);
  return [
    ...brokenLinks(pages, existsSync),
    ...longPages(pages, limitOf),
    ...wideTables(docs),
    ...unlinkedPages(pages, INDEX),
    ...avoidedWords(docs),
    ...missing,
    ...stale,
    ...unusedCodes(Object.values(failureCodes).flat(), readSources()),
  ];
}

/** Codes that nothing in the code uses any more. */
export function unusedCodes(codes: readonly string[], sources: string): string[] {
  return codes
    .filter((code) => !sources.includes(`'${code}'`))
    .map((code) => `src/deploy/record/codes.ts lists ${code}, which no failure has`);
}

function readSources(): string {
  return globSync(['src/**/*.ts', 'jobs/**/*.ts'])
    .filter((path) => !path.endsWith('record/codes.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

if (import.meta.main) {
  const problems = problemsIn(readPages(), await generate());
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
