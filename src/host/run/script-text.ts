// Builds the text of each host script, and the command line that starts it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { HARDENING_TEXT, RULES_TEXT } from '../../deploy/unit/directives.ts';

/** A shell script that runs on a host. Its text is constant; its parameters arrive over stdin. */
export interface Script {
  name: string;
  /** True if the script changes the host. Then it runs under the host's lock, and only for the newest epoch. */
  fenced: boolean;
  /** True if the script moves users. Then the bot starts nothing else on the host, such as a spare channel. */
  movesTraffic: boolean;
  text: string;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const folder = new URL('../scripts/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const prelude = read('prelude.sh');
const preludeParts = partsOf(prelude);
const fence = read('fence.sh');

function load(file: string): Script {
  const name = file.slice(0, -'.sh'.length);
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) throw new Error(`${file}: small letters and dashes only`);
  const body = read(file);
  const fenced = /^# fenced$/m.test(headOf(body));
  const texts = [prelude, ...preludeParts, ...(fenced ? [fence] : []), ...partsOf(body), body];
  const text = texts.map(expandDirectives).join('\n');
  const movesTraffic = /^# moves traffic$/m.test(headOf(body));
  return { name, fenced, movesTraffic, text };
}

/** Rules for systemd units that the bot and the scripts on hosts share. */
const tables: Record<string, string> = { 'unit-rules': RULES_TEXT, hardening: HARDENING_TEXT };

/**
 * `# carried: <script>` becomes the text of that script, which the surrounding script saves on the host.
 * `# program: <name>` sets the variable `program` to a Python program. `# table: <name>` sets a variable to that table.
 */
function expandDirectives(body: string): string {
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

/** Returns the comment lines at the start of a script. */
function headOf(body: string): string {
  return /^(?:#.*\n)*/.exec(body)?.[0] ?? '';
}

/** Returns the parts that a script names by `# with <part>` in its head. Each part follows the parts that it needs. */
function partsOf(body: string): string[] {
  const parts = [...headOf(body).matchAll(/^# with ([a-z-]+)$/gm)].flatMap(([, name]) => {
    const part = read(`parts/${name}.sh`);
    return [...partsOf(part), part];
  });
  return [...new Set(parts)];
}

const scripts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.sh') && file !== 'prelude.sh' && file !== 'fence.sh')
    .map((file) => [file.slice(0, -'.sh'.length), load(file)] as const),
);

const runner = (part: string): string =>
  readFileSync(new URL(`../runner/${part}.sh`, import.meta.url), 'utf8');

/** Identifies the texts of all scripts and of the runner, so that the bot notices a host with an old version. */
export const runnerVersion = createHash('sha256')
  .update(JSON.stringify([runner('run'), runner('admit'), ...scripts]))
  .digest('hex')
  .slice(0, 12);

/** Returns the files that `argo-bot host setup` installs, with paths relative to the runner's folder. */
export function runnerFiles(home: string): { path: string; text: string }[] {
  const filled = (part: string): string =>
    runner(part).replaceAll('@version@', runnerVersion).replaceAll('@home@', home);
  return [
    { path: 'run', text: filled('run') },
    { path: 'admit', text: filled('admit') },
    ...[...scripts].map(([name, { text }]) => ({ path: `scripts/${name}`, text })),
  ];
}

/** Fails with a plain Error for an unknown name, which is a bug in argo-bot. */
export function scriptNamed(name: string): Script {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(`no script src/host/scripts/${name}.sh`);
  return script;
}

/** Exit code of a login shell that executes its input. `bootstrap` skips the lines that make such a shell exit. */
export const inputAsCommandsCode = 97;
const skippedLines = `exit ${inputAsCommandsCode}\n`.repeat(8);
/** `bootstrap` exits with this code if the script did not arrive completely. */
export const inputCutCode = 96;

/**
 * Reads scripts from stdin and runs them, until one fails. Prints the script's mark (`$run`) on both outputs before it
 * starts and, if another script follows, the mark and the exit code after it. The header of a script names the mark of
 * the next one, which a payload cannot guess. The text has no single quote, backslash, exclamation mark or line break,
 * so that every login shell passes it on unchanged.
 */
const bootstrap = [
  'PATH=/usr/bin:/bin',
  'next=; while :',
  `do while read -r word bytes run name version more || exit ${inputCutCode}; do [ "$word" = argo-bot ] && case $run in *"$next") break ;; esac; done`,
  `own_text=$(head -c "$bytes") || exit ${inputCutCode}`,
  `case $own_text in *"# end of $run") ;; *) exit ${inputCutCode} ;; esac`,
  'echo "$run"; echo "$run" >&2',
  '[ -n "$more" ] || break',
  'code=0',
  '/bin/sh -c "$own_text" "$name" "$own_text" || code=$?',
  'echo "$run $code"; echo "$run $code" >&2',
  '[ "$code" = 0 ] || exit "$code"; next=$more; done',
  'exec /bin/sh -c "$own_text" "$name" "$own_text"',
].join('; ');

/** `exec` replaces the login shell, so that the exit code is the script's. */
const sudoPrefix =
  'exec /usr/bin/env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C sudo -n';

/** The command for sshd. It is the same for all scripts, so a channel can be opened before the script is known. */
export function commandOf(user: string): string {
  const shell = `/bin/sh -c '${bootstrap}' argo-bot`;
  return user === 'root' ? `exec ${shell}` : `${sudoPrefix} -u root ${shell}`;
}

/** Prints the user's groups and sudo rules, for a refusal that names no cause. */
export const sudoRulesCommand =
  "exec /bin/sh -c 'PATH=/usr/local/bin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL; echo groups: $(id -nG); exec sudo -n -l'";

/**
 * Returns the input for `bootstrap`: the script without its parameters. `run` is a random mark of where the script's
 * output begins, `next` the mark of the script that follows. A host with a runner ignores the text and runs its own
 * script of that name. So the text is left out if the host's runner is known to have this version.
 */
export function scriptInput(
  { name, text }: Script,
  run: string,
  next = '',
  hasRunner = false,
): Buffer {
  const whole = Buffer.from(hasRunner ? '' : `${text}\n# end of ${run}`);
  const head = `argo-bot ${whole.length} ${run} ${name} ${runnerVersion} ${next}\n`;
  return Buffer.concat([Buffer.from(`${skippedLines}${head}`), whole]);
}
