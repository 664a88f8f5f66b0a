import { readSettings } from '../argo-yml/argo-yml.ts';
import type { HostSettings } from '../deploy/ports/ports.ts';
import { lookAtHost } from '../doctor/host/before-connecting.ts';
import { reportText, summaryOf } from '../doctor/report.ts';
import { pinnedKeys } from '../host/ssh/host-keys.ts';
import { createHosts } from '../host/hosts.ts';
import { readIdentity } from '../host/ssh/identity.ts';
import { type Machine, machinesOf, scriptFor } from '../setup/machines.ts';
import { runAsRoot } from '../setup/run-as-root.ts';
import { quiet } from './ask-redis.ts';
import { Exit, type Given } from './command.ts';
import { chosenTargets, doctorOptions } from './doctor/doctor-options.ts';
import { recordSetup } from './record-setup.ts';

const LIMIT_MS = 90_000;

/** `argo-bot host setup`: one host after the other, and at once a look with the bot's own key. */
export async function hostSetup({ words: [verb], options }: Given): Promise<number> {
  if (verb !== 'setup') return refused('Type argo-bot host setup.');
  const { from: given } = options;
  const from = textOf(given);
  // It stands in quotes in authorized_keys, where another character would end it, or the line would count for nothing.
  if (from !== undefined && !/^[\w.:*?!,/-]+$/.test(from))
    return refused('--from takes addresses as authorized_keys has them: 192.0.2.5,2001:db8::/32');
  const file = process.env['ARGO_CONFIG'] || 'argo.yml';
  const chosen = chosenTargets(readSettings(file), doctorOptions(options));
  if (chosen.kind === 'unknown')
    return refused(`${file} declares none of that name, but ${chosen.known.join(', ')}.`);
  const machines = machinesOf(chosen.targets).filter(
    ({ settings: { name } }) => options['host'] === undefined || options['host'] === name,
  );
  if (machines.length === 0)
    return refused(`${file} declares no host of that name for what you chose.`);
  if (options['print'] === true) return printed(machines, options);
  let code: number = Exit.fine;
  for (const machine of machines) {
    code = Math.max(code, await setUp(machine, options));
  }
  return code;
}

async function printed(machines: Machine[], { from }: Given['options']): Promise<number> {
  const [machine, ...others] = machines;
  if (machine === undefined || others.length > 0) {
    const names = machines.map(({ settings }) => settings.name);
    return refused(`Name one of the hosts with --host: ${names.join(', ')}.`);
  }
  process.stdout.write(await scriptFor(machine, textOf(from)));
  return Exit.fine;
}

async function setUp(machine: Machine, { as, from }: Given['options']): Promise<number> {
  const { settings } = machine;
  process.stdout.write(`${settings.name}\n`);
  const script = await scriptFor(machine, textOf(from));
  await recordSetup(settings.name, script, 'started');
  // Whatever breaks off here may have changed the host halfway.
  let outcome = 'failed';
  try {
    const said = await runAsRoot(settings, textOf(as), script);
    for (const line of said) process.stdout.write(`  ${line}\n`);
    const code = await verified(machine);
    outcome = code === Exit.fine ? 'set up' : 'not ready';
    return code;
  } finally {
    await recordSetup(settings.name, script, outcome);
  }
}

/** With the bot's own key, as a deployment will. */
async function verified({ settings, targets }: Machine): Promise<number> {
  const hosts = createHosts({ log: quiet });
  const ports = {
    hosts,
    keys: {
      identity: async (host: HostSettings) => void (await readIdentity(host)),
      pinned: (host: HostSettings) => pinnedKeys(host).map(({ type }) => type),
    },
    signal: AbortSignal.timeout(LIMIT_MS),
    now: () => Date.now(),
  };
  try {
    const looked = await Promise.all(targets.map((target) => lookAtHost(target, settings, ports)));
    const parts = looked.map(({ part }) => part);
    process.stdout.write(reportText(parts));
    return summaryOf(parts).fail > 0 ? Exit.found : Exit.fine;
  } finally {
    await hosts.closeAll();
  }
}

function textOf(option: Given['options'][string]): string | undefined {
  return typeof option === 'string' ? option : undefined;
}

function refused(why: string): number {
  process.stderr.write(`${why}\n`);
  return Exit.usage;
}
