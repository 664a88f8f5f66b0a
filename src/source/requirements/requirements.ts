// Decides which files and packages the requirements of a release name, and what is missing of them.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { formatBytes } from '../../deploy/untrusted/bytes.ts';
import type {
  DeclaredRequirements,
  Discovery,
  FileReader,
  ManifestFile,
  Requirements,
} from '../../deploy/ports/ports.ts';
import { suggestPath } from '../files/required-files.ts';
import { type NamedPath, packagesIn, readNames } from './requirement-lines.ts';
import { refusedIn } from './requirement-rules.ts';
import type { Problem } from '../files/walk.ts';

/** Limit against hostile commits. Cycles end anyway, because each file is read once. */
const MOST_FILES = 200;
const MOST_BYTES = 1024 * 1024;

interface Reading {
  reader: FileReader;
  files: ReadonlyMap<string, ManifestFile>;
  discovery: Discovery;
  /** Read so far, by path. */
  read: Map<string, NamedPath[]>;
  packages: Record<string, string>;
  problems: Problem[];
  declared: DeclaredRequirements;
}

/**
 * Follows nested files and constraints, wheels, projects and folders of the release as pip does. Whatever is missing
 * is a problem, so that people hear of it before anything is uploaded.
 */
export async function requirementsIn(
  reader: FileReader,
  discovery: Discovery,
  declared: DeclaredRequirements,
): Promise<{ requirements: Requirements; problems: Problem[] }> {
  const files = new Map(discovery.files.map((file) => [file.path, file]));
  const reading: Reading = {
    reader,
    files,
    discovery,
    read: new Map(),
    packages: {},
    problems: [],
    declared,
  };
  const first = path.posix.normalize(declared.requirements);
  await readRequirementsFile(reading, first, undefined);
  const named = [...reading.read].flatMap(([file, names]) =>
    names.map((one) => ({ ...one, file })),
  );
  const folder = folderOf(reading, named, first);
  const inputs = new Set(reading.read.keys());
  for (const one of named) {
    if (one.kind === 'file' || path.posix.isAbsolute(one.target)) continue;
    for (const file of filesOf(reading, one, folder)) inputs.add(file);
  }
  const digest = createHash('sha256').update(`${first}\0${folder}\0`);
  for (const file of [...inputs].toSorted()) digest.update(`${files.get(file)?.sha256} ${file}\0`);
  const projects = named.filter((one) => isProject(reading, one, folder));
  return {
    requirements: {
      path: first,
      folder,
      digest: digest.digest('hex'),
      files: [...reading.read.keys()],
      packages: reading.packages,
      projects: projects.some(({ kind }) => kind === 'editable')
        ? 'editable'
        : projects.length > 0
          ? 'copied'
          : 'none',
    },
    problems: reading.problems,
  };
}

async function readRequirementsFile(
  reading: Reading,
  file: string,
  by: string | undefined,
): Promise<void> {
  const { files, read, reader } = reading;
  if (read.has(file) || read.size >= MOST_FILES) return;
  const content = files.has(file) ? await reader.read(file, MOST_BYTES) : undefined;
  if (content?.kind !== 'file') {
    reading.problems.push(missing(reading, file, by));
    return;
  }
  reading.problems.push(...refusedIn(file, content.content, reading.declared));
  for (const [name, version] of packagesIn(content.content)) {
    reading.packages[name] ??= version;
  }
  const names = readNames(content.content);
  read.set(file, names);
  for (const { kind, target, line } of names) {
    if (kind !== 'file' || path.posix.isAbsolute(target)) continue;
    // pip resolves a nested file relative to the file that names it.
    await readRequirementsFile(
      reading,
      path.posix.join(path.posix.dirname(file), target),
      `${file}:${line}`,
    );
  }
}

type InFile = NamedPath & { file: string };

/** The folder to run pip in: the top of the release, or the requirements' own folder if only that one works. */
function folderOf(reading: Reading, named: readonly InFile[], first: string): string {
  const local = named.filter(
    ({ kind, target }) => kind !== 'file' && !path.posix.isAbsolute(target),
  );
  const fits = (folder: string): boolean =>
    local.every((one) => pathsOf(reading, one, folder).length > 0);
  const own = path.posix.dirname(first);
  return !fits('.') && fits(own) ? own : '.';
}

/** The files of the release at the named path or below it. */
function pathsOf({ files }: Reading, { kind, target, file }: InFile, folder: string): string[] {
  const bases = kind === 'links' ? [path.posix.dirname(file), folder] : [folder];
  for (const base of bases) {
    const where = path.posix.join(base, target).replace(/\/$/, '');
    const below = where === '.' ? '' : `${where}/`;
    const found = [...files.keys()].filter((one) => one === where || one.startsWith(below));
    if (found.length > 0 && !where.startsWith('..')) return found;
  }
  return [];
}

function filesOf(reading: Reading, one: InFile, folder: string): string[] {
  const found = pathsOf(reading, one, folder);
  if (found.length === 0) {
    const where = path.posix.join(folder, one.target);
    reading.problems.push(missing(reading, where, `${one.file}:${one.line}`));
  }
  return found;
}

/** Whether it names a folder, which pip builds before it installs it. */
function isProject(reading: Reading, one: InFile, folder: string): boolean {
  if (one.kind !== 'package' && one.kind !== 'editable') return false;
  if (path.posix.isAbsolute(one.target)) return false;
  return !pathsOf(reading, one, folder).includes(path.posix.join(folder, one.target));
}

function missing(reading: Reading, file: string, by: string | undefined): Problem {
  const { discovery, files } = reading;
  const dropped = discovery.left.find(
    ({ path: left }) => left === file || (left.endsWith('/') && `${file}/`.startsWith(left)),
  );
  const found = files.get(file);
  const hint = suggestPath(file, [...files.keys()]);
  const why =
    found !== undefined
      ? `has more than ${formatBytes(MOST_BYTES)}, which no requirements have`
      : dropped
        ? `is not in the release: ${dropped.by}`
        : `is not in the commit${hint && `: ${hint}`}`;
  return {
    path: file,
    problem: `is named by ${by ?? '`python.requirements` in argo.yml'}, but ${why}`,
    next: `Commit the file${dropped ? ', or take it out of the ignore file' : ''}; or correct ${by ?? '`python.requirements`'}.`,
  };
}
