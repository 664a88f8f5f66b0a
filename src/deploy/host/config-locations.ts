// Decides which further locations of the config can be written, and what is unusual about them.
import { StageFailed } from '../record/errors.ts';
import type { Answer } from '../ports/ports.ts';

export interface Locations {
  /** Locations that cannot be written, each with the reason. */
  refused: string[];
  /** Warnings for the approver about the others. */
  notes: string[];
}

export function parseLocations(answer: Answer): Locations {
  return {
    refused: answer.values('refused').map(describeRefused),
    notes: [
      ...answer.values('linked').flatMap(readableByAll),
      ...answer.values('dangling').map((line) => {
        const [path, target] = pathAndRest(line);
        return `${path} is a link to ${target}, which does not exist: the config is written there`;
      }),
      ...answer.values('names').map((line) => {
        const [path, count] = pathAndRest(line);
        return `${path} has ${count} names (hard links): the config is written under this one only, the others keep what they have`;
      }),
    ],
  };
}

/** From a line `/opt/legacy/config.json leads to …`. */
export function describeRefused(line: string): string {
  const [path, why] = pathAndRest(line);
  return `${path} ${why}`;
}

/** From a line `/opt/legacy/config.json /etc/shared.json`: a link and its target. */
export function describeLink(line: string): string {
  const [path, target] = pathAndRest(line);
  return `${path} is a link: ${target} was replaced, the link stays`;
}

/** The target of a link keeps its mode, and the config contains secrets. */
function readableByAll(line: string): string[] {
  const mode = line.slice(line.lastIndexOf(' ') + 1);
  const [path, target] = pathAndRest(line.slice(0, line.lastIndexOf(' ')));
  return /[4-7]$/.test(mode)
    ? [
        `${path} is a link to ${target}, which every user of the host can read (mode ${mode}) and could read the config from`,
      ]
    : [];
}

/** A location contains no blank; the rest may. */
function pathAndRest(line: string): [string, string] {
  const blank = line.indexOf(' ');
  return blank === -1 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
}

/**
 * Checked before any change: after the switch, an unwritable location would keep the old config. Fails with
 * StageFailed `config-location`.
 */
export function refuseLocations(host: string, refused: readonly string[]): void {
  if (refused.length === 0) return;
  throw new StageFailed(
    `the config cannot be written to all of its locations on ${host}: ${refused.join('; ')}`,
    {
      code: 'config-location',
      host,
      next: 'Nothing was changed. Correct the path on the host, or take it out of config_locations in argo.yml, and deploy again.',
    },
  );
}
