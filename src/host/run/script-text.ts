import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { HARDENING_TEXT, RULES_TEXT } from '../../deploy/unit/directives.ts';

/** A constant text that runs on a host; everything variable reaches it over stdin. */
export interface Script {
  name: string;
  /** Changes the host: runs under the lock, and only for the newest epoch. */
  fenced: boolean;
  text: string;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const folder = new URL('../scripts/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const prelude = [read('prelude.sh'), ...partsOf(read('prelude.sh'))].join('\n');
const fence = read('fence.sh');

function load(file: string): Script {
  const name = file.slice(0, -'.sh'.length);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) throw new Error(`${file}: small letters and dashes only`);
  const body = read(file);
  const fenced = body.startsWith('# fenced\n');
  const text = [prelude, fenced ? fence : '', ...partsOf(body), body].map(carrying).join('\n');
  return { name, fenced, text };
}

/** What bot and hosts judge by alike. */
const tables: Record<string, string> = { 'unit-rules': RULES_TEXT, hardening: HARDENING_TEXT };

/**
 * A script that is left on a host by another one comes whole: `# carried: <script>` is where.
 * `# program: <name>` becomes the variable `program`, with a text in Python that the host's own Python runs.
 * `# table: <name>` becomes a variable with that table.
 */
function carrying(body: string): string {
  return body
    .replace(/^# carried: ([a-z-]+)$/gm, (_, name: string) => load(`${name}.sh`).text)
    .replace(
      /^# program: ([a-z-]+)$/gm,
      (_, name: string) => `program=${quote(read(`python/${name}.py`))}`,
    )
    .replace(/^# table: ([a-z-]+)$/gm, (_, name: string) => {
      if (!Object.hasOwn(tables, name)) throw new Error(`no table ${name}`);
      return `${name.replaceAll('-', '_')}=${quote(tables[name] ?? '')}`;
    });
}

/** What several scripts share, and not all of them: each says `# with <part>` in its head. */
function partsOf(body: string): string[] {
  const head = /^(?:#.*\n)*/.exec(body)?.[0] ?? '';
  return [...head.matchAll(/^# with ([a-z-]+)$/gm)].map(([, part]) => read(`parts/${part}.sh`));
}

const scripts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.sh') && file !== 'prelude.sh' && file !== 'fence.sh')
    .map((file) => [file.slice(0, -'.sh'.length), load(file)] as const),
);

const runner = (part: string): string =>
  readFileSync(new URL(`../runner/${part}.sh`, import.meta.url), 'utf8');

/** Changes with every script, and with the runner itself. */
export const runnerVersion = createHash('sha256')
  .update(JSON.stringify([runner('run'), runner('admit'), ...scripts]))
  .digest('hex')
  .slice(0, 12);

/** What `argo-bot host setup` installs on a host: path below the runner's own folder, and text. */
export function runnerFiles(home: string): { path: string; text: string }[] {
  const filled = (part: string): string =>
    runner(part).replaceAll('@version@', runnerVersion).replaceAll('@home@', home);
  return [
    { path: 'run', text: filled('run') },
    { path: 'admit', text: filled('admit') },
    ...[...scripts].map(([name, { text }]) => ({ path: `scripts/${name}`, text })),
  ];
}

/** An unknown name is a mistake in this program, not something a person can mend on a host. */
export function scriptNamed(name: string): Script {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(`no script src/host/scripts/${name}.sh`);
  return script;
}

/** Each line of it is passed over by `begin`; a shell that takes its input for commands ends with this code. */
export const tookInputCode = 97;
const passedOver = `exit ${tookInputCode}\n`.repeat(8);
/** Nothing of the script arrived, or not all of it. */
export const inputCutCode = 96;

/**
 * Reads a script from stdin and runs it. Made of what every login shell hands on unchanged between single
 * quotes: no quote, backslash, exclamation mark or line break. Whatever was written before `$run` is not the script's.
 */
const begin = [
  'PATH=/usr/bin:/bin',
  `while read -r mark bytes run its || exit ${inputCutCode}; do [ "$mark" = argo-bot ] && break; done`,
  `own_text=$(head -c "$bytes") || exit ${inputCutCode}`,
  `case $own_text in *"# end of $run") ;; *) exit ${inputCutCode} ;; esac`,
  'echo "$run"; echo "$run" >&2',
  'eval "$own_text"',
].join('; ');

/** `exec`, so that nothing of the login shell comes after it, and its exit code is the script's. */
const elevated =
  'exec /usr/bin/env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C sudo -n';

/** What sshd is asked to run: the same characters each time, so nothing from chat can be in it. */
export function commandOf({ name }: Script, user: string): string {
  const shell = `/bin/sh -c '${begin}' ${name}`;
  return user === 'root' ? `exec ${shell}` : `${elevated} -u root ${shell}`;
}

/** What groups the user is in, and what sudo lets it do; for a refusal that does not say. */
export const askRules =
  "exec /bin/sh -c 'PATH=/usr/local/bin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL; echo groups: $(id -nG); exec sudo -n -l'";

/**
 * The script as `begin` reads it, before its parameters. `run` is new each time and marks where its output begins.
 * A host with a runner passes the text over: it has the script of that name itself.
 */
export function sentText({ name, text }: Script, run: string): Buffer {
  const whole = Buffer.from(`${text}\n# end of ${run}`);
  const head = `argo-bot ${whole.length} ${run} ${name} ${runnerVersion}\n`;
  return Buffer.concat([Buffer.from(`${passedOver}${head}`), whole]);
}
