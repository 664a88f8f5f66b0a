// Decides whether text that a service wrote can be shown, and redacts the secrets of its release's config.
import { configFileOf } from '../settings/layout.ts';
import { disclosureOf } from '../config/disclosure.ts';
import { StageFailed } from '../record/errors.ts';
import { runScript } from '../step/on-every-host.ts';
import { cleanEnd } from '../secrets/clean-ends.ts';
import type { Answer, Host } from '../ports/ports.ts';
import type { Redactor } from '../secrets/redactor.ts';
import type { HostContext } from '../step/stage.ts';

/** How many characters of a log are kept: its end, where the error usually is. */
const MAX_CHARACTERS = 262_144;

const WITHHELD = 'the log is withheld: its config could not be read to hide secrets';

/** The releases whose secrets a redactor has learned, as `host root release`. A release's config never changes. */
const learned = new WeakMap<Redactor, Set<string>>();

/** Makes the redactor mask the release's secrets. Returns false if the release's config cannot be read. */
export async function learnSecrets(
  context: HostContext,
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
    const file = configFileOf(target) ?? config.file;
    const secrets = await ports.config.secretsIn(file, stdout, disclosureOf(target));
    await ports.redactor.learnFromHost(secrets);
    all.add(name);
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    ports.log.warn(
      { deployment: context.deployment.id, host: host.name, release, err: error },
      'the thread lacks the log of a release, because its config on the host could not be read to mask secrets. The deployment continues; check that file',
    );
    return false;
  }
}

/** Redacts lines that a release's service wrote. If its secrets cannot be read, returns one line that says so. */
export async function redactLog(
  context: HostContext,
  host: Host,
  release: string,
  lines: string[],
): Promise<string[]> {
  if (lines.length === 0) return lines;
  if (!(await learnSecrets(context, host, release))) return [WITHHELD];
  // Redact the joined lines, because a secret may span lines.
  const { redactor } = context.ports;
  const clean = (text: string) => redactor.cleanInSlices(text);
  return (await cleanEnd(clean, lines.join('\n'), MAX_CHARACTERS)).split('\n');
}

/** Runs a script whose failure may quote the service's output; the failure is redacted too. */
export async function runRedacted(
  context: HostContext,
  host: Host,
  script: string,
  parameters: Record<string, string | number> & { release: string },
): Promise<Answer> {
  try {
    return await runScript(context, host, script, parameters);
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
    if (await learnSecrets(context, host, parameters.release)) throw withoutLog(error);
    // oxlint-disable-next-line preserve-caught-error -- its message may contain a secret
    throw new StageFailed(`${context.title} failed on ${host.name}; ${WITHHELD}`, {
      code: error.code,
      next: error.next,
      host: host.name,
    });
  }
}

/** start-release.sh prints this line between the service's log and the reason why systemd did not start it. */
const LOG_ENDS = '\n== not started\n';

/** Splits the output of a failed start: the log stays the log, the rest becomes the message. */
function withoutLog(failure: StageFailed): StageFailed {
  const { next, host, log: output = '' } = failure;
  // The last one, because the service may have written such a line to its log file.
  const end = output.lastIndexOf(LOG_ENDS);
  if (end === -1) return failure;
  const reason = output.slice(end + LOG_ENDS.length);
  return new StageFailed(reason, { code: 'not-started', next, host, log: output.slice(0, end) });
}
