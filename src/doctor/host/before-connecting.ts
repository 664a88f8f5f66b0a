import { StageFailed } from '../../deploy/record/errors.ts';
import { slotUrl, userOf } from '../../deploy/settings/layout.ts';
import { observe, type Observation } from '../../deploy/host/observe.ts';
import { type ScriptContext, runScript } from '../../deploy/step/on-every-host.ts';
import type { Answer, Host, HostSettings, Hosts } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { failed, type Finding, looked, ok, type Part, warn } from '../finding.ts';
import { machineFindings } from './machine.ts';
import { nginxFindings } from './nginx.ts';
import { slotFindings } from './slots.ts';
import { toolFindings } from './tools.ts';

/** What is asked of the bot's own machine about a host, before anything goes over the network. */
export interface Keys {
  /** Fails with Misconfigured when the private key is missing, open to others, or unusable. */
  identity(host: HostSettings): Promise<void>;
  /** The types of the pinned keys; fails with Misconfigured when one cannot be read. */
  pinned(host: HostSettings): string[];
}

export interface HostPorts {
  hosts: Hosts;
  keys: Keys;
  signal: AbortSignal;
  now: () => number;
}

export interface LookedHost {
  name: string;
  part: Part;
  /** What only a host that could be asked has. */
  seen?: { observation: Observation; examined: Answer };
}

/** Generous for a slow line, and short enough for a person to wait. */
const TIME_MS = 30_000;

export async function lookAtHost(
  target: Target,
  settings: HostSettings,
  ports: HostPorts,
): Promise<LookedHost> {
  const { name } = settings;
  const title = `${name} (${target.service} in ${target.environment})`;
  const own = [
    ...(await looked('SSH key', async () => {
      await ports.keys.identity(settings);
      return ok('SSH key', `${settings.identity_file}, closed to others`);
    })),
    ...(await looked('host key', () =>
      Promise.resolve(ok('host key', `pinned: ${ports.keys.pinned(settings).join(', ')}`)),
    )),
  ];
  // Without either there is no connection, for that very reason: once is enough.
  if (own.some(({ level }) => level === 'fail')) return { name, part: { title, findings: own } };
  let host: Host;
  const began = ports.now();
  try {
    host = await ports.hosts.open(settings, ports.signal);
  } catch (error) {
    return { name, part: { title, findings: [...own, failed('SSH', error)] } };
  }
  const connected = ok('SSH', `as ${settings.user}, connected in ${ports.now() - began} ms`);
  const [tunnel, asked] = await Promise.all([
    looked('tunnel', () => tunnelFinding(target, host, ports.signal)),
    askHost(target, settings, host, ports),
  ]);
  const findings = [...own, connected, ...tunnel, ...asked.findings];
  return { name, part: { title, findings }, ...(asked.seen && { seen: asked.seen }) };
}

async function askHost(
  target: Target,
  settings: HostSettings,
  host: Host,
  { signal, now }: HostPorts,
): Promise<{ findings: Finding[]; seen?: LookedHost['seen'] }> {
  const context: ScriptContext = {
    target,
    signal,
    timeoutMs: TIME_MS,
    title: 'The look at the host',
    // Neither script is fenced, so no host remembers these.
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
      return { findings: [...findings, failed('slots', error)] };
    }
  } catch (error) {
    const sudo = error instanceof StageFailed && error.code === 'sudo-refused';
    return { findings: [failed(sudo ? 'sudo' : 'examination', error)] };
  }
}

/** With a runner on the host a stolen key can ask for what argo-bot does there, and for nothing else. */
function keyFinding(examined: Answer, { name, user }: HostSettings): Finding {
  const runner = examined.maybe('runner') ?? '';
  return runner === ''
    ? warn(
        'key rights',
        `the key of argo-bot may run anything as root on ${name}, so whoever steals it has the host`,
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

/** To a slot, whether or not it listens: the difference is who says no. */
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
