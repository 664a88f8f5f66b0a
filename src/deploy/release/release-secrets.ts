import { disclosureOf } from '../config/disclosure.ts';
import { StageFailed } from '../record/errors.ts';
import { runScript } from '../step/on-every-host.ts';
import { cleanEnd } from '../secrets/cut.ts';
import type { Answer, Host } from '../ports/ports.ts';
import type { Redactor } from '../secrets/redactor.ts';
import type { StageContext } from '../step/stage.ts';

/** Of a log; it is the end that tells. */
const LONGEST = 262_144;

const WITHHELD = 'the log is withheld: its config could not be read to hide secrets';

/** What each redactor has learned already, by host, root and release: releases do not change. */
const learned = new WeakMap<Redactor, Set<string>>();

/**
 * Learns what is secret in the config that a release has on its host, and says whether that worked. It
 * comes before anything that a service wrote is read: today's config may have other secrets than that
 * release, and a worker that takes over has read no config at all.
 */
export async function learnSecrets(
  context: StageContext,
  host: Host,
  release: string,
): Promise<boolean> {
  const { ports, target } = context;
  const { config } = target.settings;
  if (!config) return true;
  const all = learned.get(ports.redactor) ?? new Set();
  learned.set(ports.redactor, all);
  const name = `${host.name} ${target.place.root} ${release}`;
  if (all.has(name)) return true;
  try {
    const { stdout } = await runScript(context, host, 'read-config', {
      release,
      config: config.target,
    });
    const file = target.place.config_file ?? config.file;
    const secrets = await ports.config.secretsIn(file, stdout, disclosureOf(target));
    await ports.redactor.learnFromHost(secrets);
    all.add(name);
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    ports.log.warn({ host: host.name, release, err: error }, WITHHELD);
    return false;
  }
}

/** Lines that the service of a release wrote, or what stands for them. */
export async function tellable(
  context: StageContext,
  host: Host,
  release: string,
  lines: string[],
): Promise<string[]> {
  if (lines.length === 0) return lines;
  if (!(await learnSecrets(context, host, release))) return [WITHHELD];
  // As a whole, since a secret may be on several lines; and before any of them is chosen or cut.
  const { redactor } = context.ports;
  const clean = (text: string) => redactor.cleanInSlices(text);
  return (await cleanEnd(clean, lines.join('\n'), LONGEST)).split('\n');
}

/** Runs a script whose failure repeats what the service of a release wrote. */
export async function runTelling(
  context: StageContext,
  host: Host,
  script: string,
  parameters: Record<string, string | number> & { release: string },
): Promise<Answer> {
  try {
    return await runScript(context, host, script, parameters);
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
    if (await learnSecrets(context, host, parameters.release)) throw error;
    // oxlint-disable-next-line preserve-caught-error -- what it says is what must not be said
    throw new StageFailed(`${context.title} failed on ${host.name}; ${WITHHELD}`, {
      code: error.code,
      next: error.next,
      host: host.name,
    });
  }
}
