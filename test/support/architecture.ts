import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface SourceFile {
  /** Relative to the repository: `src/deploy/engine/run-phase.ts`. */
  path: string;
  text: string;
}

/** The files of these folders, as the rules below want them. */
export function filesUnder(root: string, ...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') })),
  );
}

export interface Import {
  from: string;
  /** A path in the repository, or a package's name (`node:fs`, `@slack/web-api`). */
  to: string;
  typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'/g;

export function importsOf({ path, text }: SourceFile): Import[] {
  const target = (specifier: string): string =>
    specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : packageOf(specifier);
  const statements = [...text.matchAll(STATEMENT)].map(([, type, specifier = '']) => ({
    from: path,
    to: target(specifier),
    typeOnly: type !== undefined,
  }));
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, specifier = '']) => ({
    from: path,
    to: target(specifier),
    typeOnly: false,
  }));
  return [...statements, ...dynamic];
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

export interface Room {
  /** `src/deploy/record`. */
  folder: string;
  part: string;
  /** A list may hold any number of files. */
  isList: boolean;
  purpose: string;
  /** Other parts, packages and `node`; of those in `types`, only types. */
  may: string[];
  types: string[];
}

const ROW = /^\| `([^`]+)`\s*\|([^|]*)\|([^|]*)\|$/;

/** The rooms in the tables of ARCHITECTURE.md, in their order: a room may import those above it in its part. */
export function roomsIn(markdown: string): Room[] {
  const rooms: Room[] = [];
  let part = '';
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#')) part = /^#### (src\/[a-z-]+|Other parts)$/.exec(line)?.[1] ?? '';
    const [, name = '', purpose = '', outside = ''] = ROW.exec(line) ?? [];
    if (part === '' || name === '') continue;
    const [may, types] = [[], []] as [string[], string[]];
    for (const one of outside.split(',').map((word) => word.trim()))
      if (one.startsWith('types of ')) types.push(one.slice('types of '.length));
      else if (one !== '') may.push(one);
    const own = part === 'Other parts' ? '' : part;
    const folder = own === '' ? name : name === '.' ? own : `${own}/${name}`;
    const isList = /^[*_]list[*_]/.test(purpose.trim());
    rooms.push({
      folder,
      part: own || folder.split('/').slice(0, 2).join('/'),
      isList,
      purpose: purpose.trim(),
      may,
      types,
    });
  }
  return rooms;
}

/** Imports that the tables do not allow, and files in folders that are no room. */
export function forbiddenImports(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  const roomOf = (path: string) => rooms.find(({ folder }) => folder === dirname(path));
  return typeScriptOf(files).flatMap((file) => {
    const room = roomOf(file.path);
    if (!room) return [`${file.path} stands in no room of ARCHITECTURE.md`];
    return importsOf(file)
      .filter((one) => !isAllowed(room, one, roomOf(one.to), rooms))
      .map(({ from, to }) => `${from} must not import ${to}`);
  });
}

function isAllowed(
  room: Room,
  { to, typeOnly }: Import,
  other: Room | undefined,
  all: readonly Room[],
) {
  if (room.may.includes('everything')) return true;
  if (other?.part === room.part) return all.indexOf(other) <= all.indexOf(room);
  // The tables name whole parts: the rooms of a part are its own affair.
  const name = other?.part ?? (to.startsWith('node:') ? 'node' : to);
  return room.may.includes(name) || (typeOnly && room.types.includes(name));
}

const typeScriptOf = (files: readonly SourceFile[]) =>
  files.filter(({ path }) => path.endsWith('.ts'));

const MOST_FILES = 15;

/** Rooms with more files than a person looks through, and rooms that nobody lives in. */
export function badRooms(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  return rooms.flatMap(({ folder, isList, purpose }) => {
    const count = typeScriptOf(files).filter(({ path }) => dirname(path) === folder).length;
    if (purpose === '') return [`${folder} has no purpose`];
    if (count === 0) return [`${folder} is empty`];
    return !isList && count > MOST_FILES ? [`${folder} has ${count} files`] : [];
  });
}

/** Files that import themselves through others, types included: each circle once, as a chain of paths. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const next = new Map(files.map((file) => [file.path, importsOf(file).map(({ to }) => to)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) cycles.push([...trail.slice(at), path].join(' → '));
    if (at !== -1 || done.has(path)) return;
    for (const to of next.get(path) ?? []) if (next.has(to)) walk(to, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return cycles;
}

/** Files whose first line does not say what they decide or do. */
export function withoutPurpose(files: readonly SourceFile[]): string[] {
  return typeScriptOf(files)
    .filter(({ text }) => !/^(?:#!.*\n)?\/\/ [A-Z`].{18,}[.:]?\n/.test(text))
    .map(({ path }) => path);
}

/** Names that say nothing about what is inside. */
export function badNames(files: readonly SourceFile[]): string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => {
      const name = path.split('/').at(-1) ?? '';
      const stem = name.replace(/(?:\.test)?\.[a-z]+$/, '');
      return (
        !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(stem) ||
        /(?:^|-)(?:utils?|helpers?|manager|service)(?:-|$)/.test(stem)
      );
    });
}

export function longFiles(files: readonly SourceFile[], most: number): string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > most)
    .map(({ path, lines }) => `${path} has ${lines} lines`);
}

const FRAME = new Set(['prelude', 'fence']);

/** Scripts that neither a stage nor the doctor runs: what nobody runs, nobody would notice breaking. */
export function unusedScripts(files: readonly SourceFile[]): string[] {
  const scripts = files
    .map(({ path }) => /^src\/host\/scripts\/([a-z-]+)\.sh$/.exec(path)?.[1])
    .filter((name) => name !== undefined && !FRAME.has(name));
  // Left behind on a host by another script, which is run.
  const carried = new Set(
    files
      .filter(({ path }) => path.startsWith('src/host/scripts/'))
      .flatMap(({ text }) => [...text.matchAll(/^# carried: (.+)$/gm)].map(([, name]) => name)),
  );
  const domain = files.filter(({ path }) => /^src\/(?:deploy|doctor)\//.test(path));
  return scripts.filter(
    (name): name is string =>
      !carried.has(name) && !domain.some(({ text }) => text.includes(`'${name}'`)),
  );
}

/** What gives the bytes of a file, under any of the names that node:fs has for it. */
const READS =
  /\b(?:readFile|readFileSync|open|openSync|openAsBlob|createReadStream|cp|cpSync|copyFile|copyFileSync)\b/;
const FROM_FS = /^(?:import|export)\s+([^;'"]*?)\s+from\s+'(?:node:)?fs(?:\/promises)?'/gm;

/** Files that have to do with a checkout and open files by themselves, instead of through deploy/untrusted/safe-file.ts. */
export function ownReads(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) =>
      /^src\/(?:source|deploy)\/|^src\/host\/run\/tar\.ts|^src\/cli\/check/.test(path),
    )
    .filter(({ text }) => {
      const imported = [...text.matchAll(FROM_FS)].map(([, names = '']) => names);
      // Of a whole module, every name may be used.
      return (
        /\b(?:import|require)\(\s*['"](?:node:)?fs\b/.test(text) ||
        imported.some((names) => READS.test(names) || !/^(?:type\s+)?\{/.test(names))
      );
    })
    .map(({ path }) => path);
}
