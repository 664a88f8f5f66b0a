import { readFileSync } from 'node:fs';
import type { HostSettings } from '../deploy/ports/ports.ts';
import { quote, runnerFiles, runnerVersion } from '../host/run/script-text.ts';
import type { PlaceFile } from './place-file.ts';

/** Where sshd and sudo find the runner; versions lie beside it, so that a change of it is one rename. */
const library = '/usr/local/lib/argo-bot';
const install = readFileSync(new URL('install.sh', import.meta.url), 'utf8');

export interface RootScript {
  host: Pick<HostSettings, 'user'>;
  /** The bot's public key: `ssh-ed25519 AAAA…`. */
  key: string;
  places: readonly PlaceFile[];
  /** Addresses that the key may come from, as authorized_keys has them; undefined: as they were. */
  from: string | undefined;
}

/** A shell script for root of a host: installs the runner, what it may do there, and the key that may ask it. */
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

/** As a here-document, so that a person who is to run it as root can read it. */
function document(text: string): string {
  if (text.split('\n').includes(END)) throw new Error(`a script has the line ${END}`);
  return `<<'${END}'\n${text.endsWith('\n') ? text : `${text}\n`}${END}`;
}
