// Builds the shell script with which root installs the runner, its policy files and the bot's key.
import { readFileSync } from 'node:fs';
import type { HostSettings } from '../deploy/ports/ports.ts';
import { quote, runnerFiles, runnerVersion } from '../host/run/script-text.ts';
import type { PlaceFile } from './place-file.ts';

/** Each version of the runner has a subfolder here. An update renames one link, so no call finds half a version. */
const library = '/usr/local/lib/argo-bot';
const install = readFileSync(new URL('install.sh', import.meta.url), 'utf8');

export interface RootScript {
  host: Pick<HostSettings, 'user'>;
  /** The bot's public key: `ssh-ed25519 AAAA…`. */
  key: string;
  places: readonly PlaceFile[];
  /** The `from=` of authorized_keys; undefined keeps the current one. */
  from: string | undefined;
}

/** Returns a script that a person can read and check before root runs it. */
export function rootScript({ host, key, places, from }: RootScript): string {
  const home = `${library}/${runnerVersion}`;
  const values = {
    library,
    home,
    version: runnerVersion,
    user: host.user,
    key,
    ...(from === undefined ? {} : { from }),
  };
  const assigned = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`);
  const steps = [
    ...runnerFiles(home).map(({ path, text }) => `put ${quote(path)} ${document(text)}`),
    ...places.map((place) => `declare_place ${quote(place.name)} ${document(place.text)}`),
    ...places.map(
      (place) =>
        `declare_tunnels ${quote(place.name)} ${document(`${place.tunnels.join('\n')}\n`)}`,
    ),
  ];
  return [...assigned, install, ...steps, 'finish_setup', ''].join('\n');
}

const END = 'END_OF_ARGO_BOT_FILE';

/** Returns the text as a here-document, so that a person can read it in the script. */
function document(text: string): string {
  if (text.split('\n').includes(END)) throw new Error(`a script has the line ${END}`);
  return `<<'${END}'\n${text.endsWith('\n') ? text : `${text}\n`}${END}`;
}
