// Reads a requirements file as pip does: its lines, the paths that they name, and the packages.
import { withoutLogin } from './package-places.ts';

/** A path that a line of a requirements file names. */
export interface NamedPath {
  /** What the path names. `file`: more requirements or constraints. `links`: a folder of wheels, or an index. */
  kind: 'file' | 'links' | 'package' | 'editable';
  /** The path as written. An absolute path is on the host. */
  target: string;
  line: number;
}

/** The options that name a path. */
const OPTIONS: readonly [RegExp, NamedPath['kind']][] = [
  [/^(?:-[rc][\s=]*|--(?:requirement|constraint)[\s=]+)(.+)$/, 'file'],
  [/^(?:-e[\s=]*|--editable[\s=]+)(.+)$/, 'editable'],
  [/^(?:-[fi][\s=]*|--(?:find-links|index-url|extra-index-url)[\s=]+)(.+)$/, 'links'],
];

/** The paths in a requirements file, without addresses and package names. */
export function readNames(content: Buffer): NamedPath[] {
  return linesOf(content).flatMap(({ text, line }) => namesIn(text, line));
}

/** Packages by normalized name, with their version (`1.0`, `>=2`, `any version`). Ignores paths. */
export function packagesIn(content: Buffer): [name: string, version: string][] {
  return linesOf(content).flatMap(({ text }): [string, string][] => {
    const bare = text.replace(/\s--?[a-z].*$/s, '').replace(/\s*;.*$/s, '');
    const named = nameInAddress(bare);
    const line = named === undefined ? bare : `${named} @${bare}`;
    const [, name, said = ''] =
      /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:[@(=<>!~].*)?)$/s.exec(line) ?? [];
    if (name === undefined || (!said.startsWith('@') && pathIn(bare) !== undefined)) return [];
    const version = withoutLogin(said.replace(/^===?\s*(?=[^,]*$)/, '')).replace(/\s+/g, '');
    return [[name.toLowerCase().replace(/[-_.]+/g, '-'), version.slice(0, 100) || 'any version']];
  });
}

/** The package of an address without a name before it: `x` of `git+https://host/team/x.git@v1` and of `…#egg=x`. */
function nameInAddress(bare: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(bare)) return undefined;
  const file = /\/([A-Za-z0-9][\w.-]*?)(?:\.git|-\d[^/]*)?(?:[@#][^/]*)?$/.exec(bare)?.[1];
  return /[#&]egg=([\w.-]+)/.exec(bare)?.[1] ?? file;
}

/** Logical lines without comments. A backslash at the end continues a line, but not after a comment. */
export function linesOf(content: Buffer): { text: string; line: number }[] {
  // Like pip, decode a file with the byte-order mark of UTF-16 as UTF-16, and others as UTF-8.
  const isWide = content[0] === 0xff && content[1] === 0xfe;
  const text = content.toString(isWide ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
  const lines: { text: string; line: number }[] = [];
  let begun: { text: string; line: number } | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const one = begun ?? { text: '', line: index + 1 };
    const isComment = /^\s*#/.test(raw);
    if (raw.endsWith('\\') && !isComment) {
      begun = { ...one, text: one.text + raw.slice(0, -1) };
      continue;
    }
    lines.push({ ...one, text: one.text + (isComment ? ' ' : '') + raw });
    begun = undefined;
  }
  if (begun) lines.push(begun);
  return lines
    .map((one) => ({ ...one, text: one.text.replace(/(^|\s+)#.*$/, '').trim() }))
    .filter((one) => one.text !== '');
}

function namesIn(text: string, line: number): NamedPath[] {
  const options = text.startsWith('-') ? text.split(/\s+(?=--?[a-z])/) : [];
  if (options.length === 0) {
    const target = pathIn(text.replace(/\s+(?:;|--).*$/, ''));
    return target === undefined ? [] : [{ kind: 'package', target, line }];
  }
  const found = options.flatMap((option) =>
    OPTIONS.map(([form, kind]) => ({ kind, value: form.exec(option)?.[1] })),
  );
  return found.flatMap(({ kind, value }) => {
    const plain = value?.trim().replace(/^(["'])(.*)\1$/, '$2') ?? '';
    const target = kind === 'editable' ? pathIn(plain, true) : local(plain);
    return value === undefined || target === undefined ? [] : [{ kind, target, line }];
  });
}

/** The path that a text is: it has a slash, a leading dot, or an archive's suffix. With `always`, any text is one. */
function pathIn(text: string, always = false): string | undefined {
  const [, url] = /^[\w.[\],\s-]+?\s*@\s*([a-z][a-z0-9+.-]*:.+)$/i.exec(text) ?? [];
  const bare = (url ?? text).replace(/(\.whl|\.zip|\.gz)#.*$/, '$1').replace(/\[[^\]/]*\]$/, '');
  const looksLikeOne = /^\.|\/|\\|\.(?:whl|zip|tgz|tar\.\w+)$/.test(bare);
  if (!looksLikeOne && !always) return undefined;
  return local(bare);
}

/** The path that a text names; undefined for an address, and for a text with a variable of the host. */
function local(text: string): string | undefined {
  if (/\$\{[A-Z0-9_]+\}/.test(text)) return undefined;
  const file = /^file:(?:\/\/(?:localhost)?(?=\/))?(.+)$/.exec(text)?.[1];
  if (file !== undefined) return file.replace(/#.*$/, '').replaceAll('%20', ' ');
  return /^[a-z][a-z0-9+.-]*:|^\S+@\S+:/i.test(text) ? undefined : text;
}
