// Checks one host: SSH key, host key, connection, tunnel, and all that the scripts `examine` and `inspect` report.
import { StageFailed } from '../../deploy/record/errors.ts';
import { slotUrl, userOf } from '../../deploy/settings/layout.ts';
import { observe, type Observation } from '../../deploy/host/observe.ts';
import { type ScriptContext, runScript } from '../../deploy/step/on-every-host.ts';
import type { Answer, Host, HostSettings, Hosts } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { failureFinding, type Finding, runCheck, ok, type Part, warn } from '../finding.ts';
import { machineFindings } from './machine.ts';
import { nginxFindings } from './nginx.ts';
import { slotFindings } from './slots.ts';
import { toolFindings } from './tools.ts';

/** Checks of keys on the bot's own machine, without the network. */
export interface KeyChecks {
  /** Fails with Misconfigured if the private key is missing, readable by others, or unusable. */
  identity(host: HostSettings): Promise<void>;
  /** The types of the pinned host keys. Fails with Misconfigured if one cannot be read. */
  pinned(host: HostSettings): string[];
}

export interface HostPorts {
  hosts: Hosts;
  keys: KeyChecks;
  signal: AbortSignal;
  now: () => number;
}

export interface InspectedHost {
  name: string;
  part: Part;
  /** What the scripts on the host reported; undefined if they did not run. */
  inspected?: { observation: Observation; examined: Answer };
}

/** The limit of a script or a tunnel request: enough for a slow network, and short enough for a person to wait. */
const TIME_MS = 30_000;

export async function inspectHost(
  target: Target,
  settings: HostSettings,
  ports: HostPorts,
): Promise<InspectedHost> {
  const { name } = settings;
  const title = `${name} (${target.service} in ${target.environment})`;
  const own = [
    ...(await runCheck('SSH key', async () => {
      await ports.keys.identity(settings);
      return ok('SSH key', `${settings.identity_file}, closed to others`);
    })),
    ...(await runCheck('host key', () =>
      ok('host key', `pinned: ${ports.keys.pinned(settings).join(', ')}`),
    )),
  ];
  // If a check of the SSH key failed, a connection would fail, too, so it is not tried.
  if (own.some(({ level }) => level === 'fail')) return { name, part: { title, findings: own } };
  let host: Host;
  const began = ports.now();
  try {
    host = await ports.hosts.open(settings, ports.signal);
  } catch (error) {
    return { name, part: { title, findings: [...own, failureFinding('SSH', error)] } };
  }
  const connected = ok('SSH', `as ${settings.user}, connected in ${ports.now() - began} ms`);
  const [tunnel, asked] = await Promise.all([
    runCheck('tunnel', () => tunnelFinding(target, host, ports.signal)),
    askHost(target, settings, host, ports),
  ]);
  const findings = [...own, connected, ...tunnel, ...asked.findings];
  return { name, part: { title, findings }, ...(asked.seen && { inspected: asked.seen }) };
}

async function askHost(
  target: Target,
  settings: HostSettings,
  host: Host,
  { signal, now }: HostPorts,
): Promise<{ findings: Finding[]; seen?: InspectedHost['inspected'] }> {
  const context: ScriptContext = {
    target,
    signal,
    timeoutMs: TIME_MS,
    title: 'Host inspection',
    // The scripts only read. The host stores neither this id nor the epoch, so they compete with no deployment.
    deployment: { id: 'doctor' },
    epoch: 0,
  };
  const asking = now();
  try {
    const examined = await runScript(context, host, 'examine', examineParameters(target));
    const halfway = (asking + now()) / 2;
    const findings = [
      ...(settings.user === 'root'
        ? []
        : [ok('sudo', `${settings.user} has it without a password`)]),
      keyFinding(examined, settings),
      ...toolFindings(examined, target),
      ...machineFindings(examined, target, halfway),
      ...nginxFindings(examined, target),
    ];
    try {
      const observation = await observe(context, host);
      findings.push(...slotFindings(examined, observation, target));
      return { findings, seen: { observation, examined } };
    } catch (error) {
      return { findings: [...findings, failureFinding('slots', error)] };
    }
  } catch (error) {
    const sudo = error instanceof StageFailed && error.code === 'sudo-refused';
    return { findings: [failureFinding(sudo ? 'sudo' : 'examination', error)] };
  }
}

/** Warns if the host has no runner, which would limit a stolen key to argo-bot's own scripts. */
function keyFinding(examined: Answer, { name, user }: HostSettings): Finding {
  const runner = examined.maybe('runner') ?? '';
  return runner === ''
    ? warn(
        'key rights',
        `the key of argo-bot can run anything as root on ${name}, so a stolen key controls the host`,
        `argo-bot host setup --host ${name} --as <a user of yours who may sudo there>`,
      )
    : ok('key rights', `${user}'s key may only call the runner, version ${runner}`);
}

function examineParameters(target: Target): Record<string, string> {
  const { settings, place } = target;
  const { python } = settings;
  return {
    user: userOf(target),
    python: python?.interpreter ?? '',
    requirements: python?.requirements ?? '',
    upstream: place.strategy === 'proxy' ? place.proxy.upstream : '',
    locations: place.config_locations.join(':'),
  };
}

/** Sends a request to a slot through the tunnel. Only a refusal of sshd is a problem: the slot may be stopped. */
async function tunnelFinding(target: Target, host: Host, signal: AbortSignal): Promise<Finding> {
  const allowed = ok('tunnel', 'sshd lets HTTP through the connection');
  try {
    await host.get(slotUrl(target, 'blue', target.settings.health.path), {
      timeoutMs: TIME_MS,
      signal,
    });
    return allowed;
  } catch (error) {
    if (!(error instanceof StageFailed) || error.code === 'tunnel-refused') throw error;
    return allowed;
  }
}
