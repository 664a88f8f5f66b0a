// Reads and writes manifests (the sha256 of each file of a release), and compares two of them.
import type { FileDiff, FileDigest } from '../ports/ports.ts';

export function diffManifests(live: readonly FileDigest[], next: readonly FileDigest[]): FileDiff {
  const before = new Map(live.map((file) => [file.path, file.sha256]));
  const after = new Set(next.map((file) => file.path));
  const isChanged = ({ path, sha256 }: FileDigest): boolean =>
    before.has(path) && before.get(path) !== sha256;
  return {
    added: pathsOf(next.filter(({ path }) => !before.has(path))),
    changed: pathsOf(next.filter(isChanged)),
    deleted: pathsOf(live.filter(({ path }) => !after.has(path))),
  };
}

const pathsOf = (files: FileDigest[]): string[] => files.toSorted(byPath).map(({ path }) => path);

/** Orders by UTF-8 bytes like `LC_ALL=C sort` on a host; JavaScript's UTF-16 order differs for surrogate pairs. */
export function byPath({ path: a }: { path: string }, { path: b }: { path: string }): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at === shorter ? a.length - b.length : rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

/** In UTF-8 order, characters written as surrogate pairs come after all others. */
function rank(unit: number): number {
  return unit >= 0xd8_00 && unit <= 0xdf_ff ? unit + 0x1_00_00 : unit;
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const UNESCAPES: Record<string, string> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' };

/** Formats like `sha256sum`, so that `sha256sum --check` on a host can read it. */
export function formatManifest(files: readonly FileDigest[]): string {
  return files
    .map(({ path, sha256 }) => {
      const name = path.replace(/[\\\n\r]/g, (letter) => ESCAPES[letter] ?? letter);
      return `${name === path ? '' : '\\'}${sha256}  ${name}\n`;
    })
    .join('');
}

const LINE = /^(\\?)([0-9a-f]{64}) [ *](.+)$/s;

/** Fails with SyntaxError on an invalid line: if it were skipped, its file would count as added or deleted. */
export function parseManifest(text: string): FileDigest[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const [, escaped, sha256, name] = LINE.exec(line) ?? [];
    if (sha256 === undefined || name === undefined) {
      throw new SyntaxError(`line ${index + 1} of the manifest is not a sha256sum line`);
    }
    if (escaped === '') return { path: name, sha256 };
    return { path: name.replace(/\\[\\nr]/g, (pair) => UNESCAPES[pair] ?? pair), sha256 };
  });
}

/** Formats modes, which the manifest lacks, as `find -printf '%m %P'` on a host does: `755 bin/start`. */
export function formatModes(files: readonly { path: string; mode: number }[]): string {
  return files.map(({ path, mode }) => `${mode.toString(8)} ${path}\n`).join('');
}
