// Decides whether a config on a host was edited by hand, and whether it can be written to its config_locations.
import { configFileOf } from '../settings/layout.ts';
import { changesBetween } from '../release/changes.ts';
import { disclosureOf } from '../config/disclosure.ts';
import { ConfigDrift, type Facts } from '../record/facts.ts';
import { inspectParameters, observe, type Observation } from './observe.ts';
import { runScript, scriptCall } from '../step/on-every-host.ts';
import type { Host, Answer, ScriptCall } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';
import { StageFailed } from '../record/errors.ts';

/** A config file on a host that was edited or removed by hand, or that argo-bot never wrote. */
interface ConfigCopy {
  kind: ConfigDrift['kind'];
  /** The slot that contains the file; `-` for a file of config_locations. */
  slot: string;
  path: string;
  content: string;
  at?: number;
}

/** What is read of a host besides slots and traffic: the version of Python, and the config files. */
export interface Reads {
  python: boolean;
  configs: boolean;
}

/** Returns the calls of the scripts that `observeWithConfig` runs, so that a host can run them in advance. */
export function observationCalls(context: HostContext, { python, configs }: Reads): ScriptCall[] {
  const config = configs ? context.target.settings.config : undefined;
  return [
    scriptCall(context, 'inspect', inspectParameters(context.target, python)),
    ...(config ? [scriptCall(context, 'look-config', lookParameters(context, config.target))] : []),
  ];
}

function lookParameters({ target }: HostContext, config: string): Record<string, string> {
  return { config, locations: target.place.config_locations.join(':') };
}

/** Observes a host and its config files, so that edits by hand are known before they are overwritten. */
export async function observeWithConfig(
  context: HostContext,
  host: Host,
  reads: Reads = { python: true, configs: true },
): Promise<Observation & Pick<Locations, 'refused'>> {
  const [observation, { copies, locations }] = await Promise.all([
    observe(context, host, reads.python),
    readConfigCopies(context, host, reads),
  ]);
  const { live } = observation.facts;
  const byHand = copies.find(({ slot, kind }) => slot === live && kind === 'foreign');
  // argo-bot has stored no fingerprints of an installation by hand, so compute them from its config.
  const fingerprints = byHand ? await fingerprintsOf(context, byHand) : observation.fingerprints;
  const compared = copies.filter(
    ({ slot, kind }) => slot === '-' || (slot === live && kind !== 'foreign'),
  );
  const found = await Promise.all(compared.map((one) => driftOf(context, one, fingerprints)));
  const drift = found.filter((one) => one !== undefined);
  const { refused, notes } = locations;
  const warnings = [...observation.warnings, ...notes, ...refused];
  const facts = { ...observation.facts, drift };
  return { ...observation, fingerprints, facts, warnings, refused };
}

async function readConfigCopies(
  context: HostContext,
  host: Host,
  { configs }: Reads,
): Promise<{ copies: ConfigCopy[]; locations: Locations }> {
  const { config } = context.target.settings;
  if (!config || !configs) return { copies: [], locations: { refused: [], notes: [] } };
  const parameters = lookParameters(context, config.target);
  const answer = await runScript(context, host, 'look-config', parameters);
  const copies = answer.values('place').map(parseCopy);
  const { redactor, config: source } = context.ports;
  const file = configFileOf(context.target) ?? config.file;
  const disclosure = disclosureOf(context.target);
  for (const { content } of copies)
    await redactor.learnFromHost(await source.secretsIn(file, content, disclosure));
  return { copies, locations: parseLocations(answer) };
}

/** Parses `edited blue /opt/engine/blue/config.json eyJhIjox… 1763913769`: content in base64, and time of change. */
function parseCopy(line: string): ConfigCopy {
  const [kind, slot = '', path = '', base64 = '', seconds = ''] = line.split(' ');
  const content = Buffer.from(base64, 'base64').toString('utf8');
  const at = seconds === '' ? {} : { at: Number(seconds) * 1_000 };
  return { kind: ConfigDrift.shape.kind.parse(kind), slot, path, content, ...at };
}

/** Compares an edited file with what argo-bot wrote, and a file that it never wrote with what it would write now. */
async function driftOf(
  context: HostContext,
  copy: ConfigCopy,
  written: Record<string, string>,
): Promise<ConfigDrift | undefined> {
  const { kind, path, at } = copy;
  if (kind === 'removed') return { kind, path, changes: [] };
  const there = await fingerprintsOf(context, copy);
  const readable = Object.keys(there).length > 0;
  const { configFingerprints: wanted }: Facts = context.facts;
  if (kind === 'edited') {
    return { kind, path, at, changes: readable ? changesBetween(written, there) : undefined };
  }
  const changes = readable ? changesBetween(there, wanted ?? {}) : undefined;
  return wanted === undefined || changes?.length === 0 ? undefined : { kind, path, at, changes };
}

function fingerprintsOf({ ports, target, facts }: HostContext, { content }: ConfigCopy) {
  const { config } = target.settings;
  const file = configFileOf(target) ?? '';
  return ports.config.fingerprintsIn(file, content, facts.configDialect ?? config?.dialect);
}

interface Locations {
  /** Locations that cannot be written, each with the reason: `/opt/legacy/config.json leads to …`. */
  refused: string[];
  /** Warnings for the approver about locations that can be written. */
  notes: string[];
}

function parseLocations(answer: Answer): Locations {
  return {
    refused: answer.values('refused'),
    notes: [
      ...answer.values('linked').flatMap(readableByAll),
      ...answer.values('dangling').map((line) => {
        const [path, target] = splitAfterPath(line);
        return `${path} is a link to ${target}, which does not exist: the config is written there`;
      }),
      ...answer.values('names').map((line) => {
        const [path, count] = splitAfterPath(line);
        return `${path} has ${count} names (hard links): the config is written under this one only, the others keep what they have`;
      }),
    ],
  };
}

/** Describes a line of a script's answer with a link and its target: `/opt/legacy/config.json /etc/shared.json`. */
export function describeLink(line: string): string {
  const [path, target] = splitAfterPath(line);
  return `${path} is a link: ${target} was replaced, the link stays`;
}

/** Warns if every user can read a link's target: the target keeps its mode, and the config contains secrets. */
function readableByAll(line: string): string[] {
  const [, path = '', target = '', mode = ''] = /^(\S+) (.*) (\S*)$/.exec(line) ?? [];
  return /[4-7]$/.test(mode)
    ? [
        `${path} is a link to ${target}, which every user of the host can read (mode ${mode}) and could read the config from`,
      ]
    : [];
}

/** Splits a line after the path. Only the rest may contain blanks. */
function splitAfterPath(line: string): [string, string] {
  const blank = line.indexOf(' ');
  return blank === -1 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
}

/** Refuses before any change, because a location that cannot be written would keep the old config after the switch. */
export function refuseLocations(host: string, refused: readonly string[]): void {
  if (refused.length === 0) return;
  throw new StageFailed(
    `the config cannot be written to all of its locations on ${host}: ${refused.join('; ')}`,
    {
      code: 'config-location',
      host,
      next: 'fix the path on the host, or remove it from config_locations in argo.yml; then `/argo retry`.',
    },
  );
}
