/** Something that a line of requirements names by its path. */
export interface Named {
  /** `file`: more requirements or constraints. `links`: a folder of wheels, or an index. */
  kind: 'file' | 'links' | 'package' | 'editable';
  /** As it is written, without what surrounds it; absolute: on the host. */
  target: string;
  line: number;
}

const OPTION =
  /^(?:(-[rcefi])[\s=]*|(--(?:requirement|constraint|editable|find-links|index-url|extra-index-url))[\s=]+)(.+)$/;

const KINDS: Record<string, Named['kind']> = {
  '-r': 'file',
  '-c': 'file',
  '--requirement': 'file',
  '--constraint': 'file',
  '-e': 'editable',
  '--editable': 'editable',
  '-f': 'links',
  '--find-links': 'links',
  '-i': 'links',
  '--index-url': 'links',
  '--extra-index-url': 'links',
};

/** The paths in a file of requirements, read as pip reads it. Addresses and names of packages are none. */
export function readNames(content: Buffer): Named[] {
  return linesOf(textOf(content)).flatMap(({ text, line }) => namesIn(text, line));
}

/** Packages that are named, not by a path, with what is said of their version. */
export function packagesIn(content: Buffer): [name: string, version: string][] {
  return linesOf(textOf(content)).flatMap(({ text }): [string, string][] => {
    const bare = text.replace(/\s--?[a-z].*$/s, '').replace(/\s*;.*$/s, '');
    const [, name, said = ''] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/s.exec(bare) ?? [];
    if (name === undefined || (!said.startsWith('@') && pathIn(bare) !== undefined)) return [];
    const version = said
      .replace(/^===?\s*(?=[^,]*$)/, '')
      .replace(/(:\/\/)[^/\s@]*@/g, '$1')
      .replace(/\s+/g, '');
    return [[name.toLowerCase().replace(/[-_.]+/g, '-'), version.slice(0, 100) || 'any version']];
  });
}

/** As pip: by its mark, which Windows' own tools write; else UTF-8. */
export function textOf(content: Buffer): string {
  if (content[0] === 0xff && content[1] === 0xfe) return content.subarray(2).toString('utf16le');
  return content.toString('utf8').replace(/^\uFEFF/, '');
}

/** Whole lines without their comments: a backslash at the end joins the next one, but not behind a comment. */
export function linesOf(text: string): { text: string; line: number }[] {
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

function namesIn(text: string, line: number): Named[] {
  const options = text.startsWith('-') ? text.split(/\s+(?=--?[a-z])/) : [];
  if (options.length === 0) {
    const target = pathIn(text.replace(/\s+(?:;|--).*$/, ''));
    return target === undefined ? [] : [{ kind: 'package', target, line }];
  }
  return options.flatMap((option) => {
    const [, short = '', long = '', value = ''] = OPTION.exec(option) ?? [];
    const kind = KINDS[short || long];
    if (kind === undefined) return [];
    const plain = unquoted(value.trim());
    const target = kind === 'package' || kind === 'editable' ? pathIn(plain, true) : local(plain);
    return target === undefined ? [] : [{ kind, target, line }];
  });
}

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/, '$2');

/** A path that is installed: with a slash, a dot before it, or the ending of an archive; else it is a name. */
function pathIn(text: string, always = false): string | undefined {
  const [, url] = /^[\w.[\],\s-]+?\s*@\s*([a-z][a-z0-9+.-]*:.+)$/i.exec(text) ?? [];
  const bare = (url ?? text).replace(/(\.whl|\.zip|\.gz)#.*$/, '$1').replace(/\[[^\]/]*\]$/, '');
  const looksLikeOne = /^\.|\/|\\|\.(?:whl|zip|tgz|tar\.\w+)$/.test(bare);
  if (!looksLikeOne && !always) return undefined;
  return local(bare);
}

/** Undefined for an address, and for what holds a variable of the host. */
function local(text: string): string | undefined {
  if (/\$\{[A-Z0-9_]+\}/.test(text)) return undefined;
  const file = /^file:(?:\/\/(?:localhost)?(?=\/))?(.+)$/.exec(text)?.[1];
  if (file !== undefined) return file.replace(/#.*$/, '').replaceAll('%20', ' ');
  return /^[a-z][a-z0-9+.-]*:|^\S+@\S+:/i.test(text) ? undefined : text;
}
