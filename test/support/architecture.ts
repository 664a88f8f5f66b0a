import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface SourceFile {
  /** Relative to the repository: `src/deploy/run.ts`. */
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

interface Rule {
  files: RegExp;
  may: RegExp;
  /** Further places of which only types may be used. */
  types?: RegExp;
}

const NODE = String.raw`node:.*`;
const allow = (...parts: string[]): RegExp => new RegExp(`^(?:${parts.join('|')})$`);

/** Who may import what: the table of the design. The first rule that fits a file counts. */
const TABLE: Rule[] = [
  { files: /^src\/(?:main|cli)(?:\.ts$|\/)/, may: /./ },
  // What `argo-bot host setup` does to a host.
  { files: /^src\/setup\//, may: allow('src/setup/.*', 'src/deploy/.*', 'src/host/.*', NODE) },
  { files: /^src\/doctor\//, may: allow('src/doctor/.*', 'src/deploy/.*', NODE) },
  { files: /^src\/deploy\//, may: allow('src/deploy/.*', 'zod', NODE) },
  {
    files: /^src\/config\//,
    may: allow(
      'src/config/.*',
      'src/deploy/.*',
      String.raw`src/redis/address\.ts`,
      'zod',
      'yaml',
      NODE,
    ),
  },
  {
    files: /^src\/redis\//,
    may: allow('src/redis/.*', 'src/deploy/.*', 'ioredis', 'zod', NODE),
  },
  {
    files: /^src\/source\//,
    may: allow('src/source/.*', 'src/deploy/.*', 'smol-toml', 'yaml', 'zod', '@astral-sh/.*', NODE),
  },
  {
    files: /^src\/host\//,
    may: allow('src/host/.*', 'src/deploy/.*', 'ssh2', 'node-ssh', 'tar-stream', NODE),
  },
  {
    // Views turn data into blocks: whatever could reach outside is kept from them.
    files: /^src\/slack\/views\//,
    may: allow(
      'src/slack/views/.*',
      String.raw`src/slack/values\.ts`,
      String.raw`src/slack/commands/(?:forms|spelling)\.ts`,
      'src/deploy/.*',
      'zod',
    ),
    types: allow('@slack/types', 'src/slack/.*'),
  },
  {
    files: /^src\/slack\//,
    may: allow('src/slack/.*', 'src/deploy/.*', 'zod', '@slack/.*', '@resvg/resvg-js', NODE),
    types: allow('jobs/queue.ts', 'pino'),
  },
  {
    files: /^src\/ops\//,
    may: allow('src/ops/.*', 'src/deploy/.*', 'prom-client', '@bull-board/.*', NODE),
    types: allow('bullmq'),
  },
  { files: /^src\/log\.ts$/, may: allow('src/deploy/.*', 'pino', NODE) },
  {
    files: /^src\/private-redis(?:\.ts$|\/)/,
    may: allow('src/deploy/.*', 'src/private-redis/.*', NODE),
  },
  { files: /^jobs\//, may: allow('jobs/.*', 'src/deploy/.*', 'bullmq', 'zod') },
];

/** Imports that the table does not allow, and files that it does not know. */
export function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap((file) => {
      const rule = TABLE.find(({ files: fits }) => fits.test(file.path));
      if (!rule) return [`${file.path} stands in no place that the design knows`];
      return importsOf(file)
        .filter(({ to, typeOnly }) => !rule.may.test(to) && !(typeOnly && rule.types?.test(to)))
        .map(({ from, to }) => `${from} must not import ${to}`);
    });
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

/** Files that have to do with a checkout and open files by themselves, instead of through deploy/safe-file.ts. */
export function ownReads(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) =>
      /^src\/(?:source|deploy)\/|^src\/host\/tar\.ts|^src\/cli\/check/.test(path),
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
