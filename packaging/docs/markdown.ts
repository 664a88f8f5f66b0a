// Finds what is wrong in Markdown pages: links, anchors, length, width of tables, words to avoid.
import { posix } from 'node:path';

/** A page by its path in the repository. */
export type Pages = ReadonlyMap<string, string>;

/** Broken links and anchors. `exists` says whether the repository has a file. */
export function brokenLinks(pages: Pages, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([page, text]) =>
    linksIn(text).flatMap((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : posix.join(posix.dirname(page), path);
      if (!pages.has(target) && !exists(target))
        return [`${page} links to ${link}, which does not exist`];
      const known = anchorsIn(pages.get(target) ?? '');
      return anchor === undefined || known.has(anchor)
        ? []
        : [`${page} links to ${link}, which has no such heading`];
    }),
  );
}

const LINKS = /\]\(([^)\s]+)(?: "[^"]*")?\)|\b(?:href|src|srcset)="([^"]+)"/g;

/** Relative links and pictures outside code. */
function linksIn(text: string): string[] {
  return [...withoutCode(text).matchAll(LINKS)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

const withoutFences = (text: string): string => text.replaceAll(/^ *(`{3,})[^]*?^ *\1/gm, '');
const withoutCode = (text: string): string => withoutFences(text).replaceAll(/`[^`\n]*`/g, '');

/** Anchors as GitHub makes them from headings. */
function anchorsIn(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = slugOf(heading);
    let free = slug;
    for (let times = 1; anchors.has(free); times++) free = `${slug}-${times}`;
    anchors.add(free);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
  return shown
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

export function longPages(pages: Pages, limitOf: (page: string) => number | undefined): string[] {
  return [...pages].flatMap(([page, text]) => {
    const lines = text.trimEnd().split('\n').length;
    const limit = limitOf(page);
    return limit === undefined || lines <= limit
      ? []
      : [`${page} has ${lines} lines (limit ${limit})`];
  });
}

const WIDEST_TABLE = 100;

export function wideTables(pages: Pages): string[] {
  return [...pages].flatMap(([page, text]) => {
    const rows = withoutFences(text)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const widest = Math.max(0, ...rows.map((row) => row.length));
    return widest <= WIDEST_TABLE
      ? []
      : [`${page} has a table of ${widest} characters (limit ${WIDEST_TABLE})`];
  });
}

/** Pages below docs/ that the index does not link to. */
export function unlinkedPages(pages: Pages, index: string): string[] {
  const linked = new Set(
    linksIn(pages.get(index) ?? '').map((link) =>
      posix.join(posix.dirname(index), link.split('#')[0] ?? ''),
    ),
  );
  return [...pages.keys()]
    .filter((page) => page.startsWith('docs/') && page !== index && !linked.has(page))
    .map((page) => `${index} does not link to ${page}`);
}

/** Paraphrases where the field has a term, and titles that start with a question word. */
const AVOIDED = /\b(?:mend(?:s|ed)?|way back|in good order|of now|begun|goes on|stands by)\b/i;

export function avoidedWords(pages: Pages): string[] {
  return [...pages].flatMap(([page, text]) =>
    withoutCode(text)
      .split('\n')
      .flatMap((line) => {
        const [word] = AVOIDED.exec(line) ?? [];
        return word === undefined ? [] : [`${page} says "${word}": ${line.trim().slice(0, 80)}`];
      }),
  );
}
