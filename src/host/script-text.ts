import { readdirSync, readFileSync } from 'node:fs';

/** A constant text that runs on a host; everything variable reaches it over stdin. */
export interface Script {
  name: string;
  /** Changes the host: runs under the lock, and only for the newest epoch. */
  fenced: boolean;
  text: string;
}

const folder = new URL('scripts/', import.meta.url);
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

/** A script that is left on a host by another one comes whole: `# carried: <script>` is where. */
function carrying(body: string): string {
  return body.replace(/^# carried: ([a-z-]+)$/gm, (_, name: string) => load(`${name}.sh`).text);
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

/** An unknown name is a mistake in this program, not something a person can mend on a host. */
export function scriptNamed(name: string): Script {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(`no script src/host/scripts/${name}.sh`);
  return script;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What sshd is asked to run: the same characters each time, so nothing from chat can be in it. */
export function commandOf(script: Script, user: string): string {
  const shell = `/bin/sh -c ${quote(script.text)} ${script.name}`;
  // LC_ALL because sudo's refusal is recognised by its words.
  return user === 'root' ? shell : `LC_ALL=C sudo -n ${shell}`;
}
