// Finds the files and packages that a release's requirements name, and reports those that are missing.
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

/** The state while nested requirements files are followed. */
interface Pass {
  reader: FileReader;
  files: ReadonlyMap<string, ManifestFile>;
  discovery: Discovery;
  /** The requirements files that were read so far: path of each file → paths that it names. */
  read: Map<string, NamedPath[]>;
  packages: Record<string, string>;
  problems: Problem[];
  declared: DeclaredRequirements;
}

/** Reads the requirements file and all files that it names, as pip does, to find problems before the upload. */
export async function requirementsIn(
  reader: FileReader,
  discovery: Discovery,
  declared: DeclaredRequirements,
): Promise<{ requirements: Requirements; problems: Problem[] }> {
  const files = new Map(discovery.files.map((file) => [file.path, file]));
  const pass: Pass = {
    reader,
    files,
    discovery,
    read: new Map(),
    packages: {},
    problems: [],
    declared,
  };
  const first = path.posix.normalize(declared.requirements);
  await readRequirementsFile(pass, first, undefined);
  const named = [...pass.read].flatMap(([file, names]) => names.map((one) => ({ ...one, file })));
  const folder = folderOf(pass, named, first);
  const inputs = new Set(pass.read.keys());
  for (const one of named) {
    if (one.kind === 'file' || path.posix.isAbsolute(one.target)) continue;
    for (const file of filesOf(pass, one, folder)) inputs.add(file);
  }
  const digest = createHash('sha256').update(`${first}\0${folder}\0`);
  for (const file of [...inputs].toSorted()) digest.update(`${files.get(file)?.sha256} ${file}\0`);
  const projects = named.filter((one) => isProject(pass, one, folder));
  return {
    requirements: {
      path: first,
      folder,
      digest: digest.digest('hex'),
      files: [...pass.read.keys()],
      packages: pass.packages,
      projects: projects.some(({ kind }) => kind === 'editable')
        ? 'editable'
        : projects.length > 0
          ? 'copied'
          : 'none',
    },
    problems: pass.problems,
  };
}

async function readRequirementsFile(
  pass: Pass,
  file: string,
  by: string | undefined,
): Promise<void> {
  const { files, read, reader } = pass;
  if (read.has(file) || read.size >= MOST_FILES) return;
  const content = files.has(file) ? await reader.read(file, MOST_BYTES) : undefined;
  if (content?.kind !== 'file') {
    pass.problems.push(missing(pass, file, by));
    return;
  }
  pass.problems.push(...refusedIn(file, content.content, pass.declared));
  for (const [name, version] of packagesIn(content.content)) pass.packages[name] ??= version;
  const names = readNames(content.content);
  read.set(file, names);
  for (const { kind, target, line } of names) {
    if (kind !== 'file' || path.posix.isAbsolute(target)) continue;
    // pip resolves a nested file relative to the file that names it.
    const nested = path.posix.join(path.posix.dirname(file), target);
    await readRequirementsFile(pass, nested, `${file}:${line}`);
  }
}

type InFile = NamedPath & { file: string };

/** The folder to run pip in: the top of the release, or the requirements' own folder if only there the paths exist. */
function folderOf(pass: Pass, named: readonly InFile[], first: string): string {
  const local = named.filter(
    ({ kind, target }) => kind !== 'file' && !path.posix.isAbsolute(target),
  );
  const fits = (folder: string): boolean =>
    local.every((one) => pathsOf(pass, one, folder).length > 0);
  const own = path.posix.dirname(first);
  return !fits('.') && fits(own) ? own : '.';
}

/** The files of the release at or below the path that a line names. */
function pathsOf({ files }: Pass, { kind, target, file }: InFile, folder: string): string[] {
  const bases = kind === 'links' ? [path.posix.dirname(file), folder] : [folder];
  for (const base of bases) {
    const where = path.posix.join(base, target).replace(/\/$/, '');
    const below = where === '.' ? '' : `${where}/`;
    const found = [...files.keys()].filter((one) => one === where || one.startsWith(below));
    if (found.length > 0 && !where.startsWith('..')) return found;
  }
  return [];
}

function filesOf(pass: Pass, one: InFile, folder: string): string[] {
  const found = pathsOf(pass, one, folder);
  if (found.length === 0) {
    const where = path.posix.join(folder, one.target);
    pass.problems.push(missing(pass, where, `${one.file}:${one.line}`));
  }
  return found;
}

/** Whether a line names a folder. pip first builds a package from the folder, and then installs that package. */
function isProject(pass: Pass, one: InFile, folder: string): boolean {
  if (one.kind !== 'package' && one.kind !== 'editable') return false;
  if (path.posix.isAbsolute(one.target)) return false;
  return !pathsOf(pass, one, folder).includes(path.posix.join(folder, one.target));
}

function missing(pass: Pass, file: string, by: string | undefined): Problem {
  const { discovery, files } = pass;
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
    next: `Commit the file${dropped ? ', or remove it from the ignore file' : ''}; or correct ${by ?? '`python.requirements`'}.`,
  };
}
