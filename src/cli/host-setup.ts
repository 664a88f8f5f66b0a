// Runs `argo-bot host setup`: sets up each host as root, then checks it with the bot's own key.
import { readSettings } from '../argo-yml/argo-yml.ts';
import { inspectHost } from '../doctor/host/inspect-host.ts';
import { reportText, summaryOf } from '../doctor/report.ts';
import { createHosts } from '../host/hosts.ts';
import { type Machine, machinesOf, scriptFor } from '../setup/machines.ts';
import { runAsRoot } from '../setup/run-as-root.ts';
import { keyChecks } from './doctor/doctor-ports.ts';
import { noLog } from './cli-redis.ts';
import { chosenTargets, type PlaceOptions } from './chosen-targets.ts';
import { Exit, refuse } from './exit.ts';
import { recordSetup } from './record-setup.ts';

const LIMIT_MS = 90_000;

interface SetupOptions extends PlaceOptions {
  host?: string;
  as?: string;
  from?: string;
  print?: true;
}

/** Sets up one host after the other. Returns the highest exit code. */
export async function hostSetup(options: SetupOptions): Promise<number> {
  const file = process.env['ARGO_CONFIG'] || 'argo.yml';
  const chosen = chosenTargets(file, readSettings(file), options);
  if (chosen.kind === 'unknown') return refuse(chosen.why);
  const declared = machinesOf(chosen.targets);
  const machines = declared.filter(
    ({ settings: { name } }) => options.host === undefined || options.host === name,
  );
  if (machines.length === 0) {
    const place = [options.service, options.env].filter((one) => one !== undefined);
    const where = place.map((one) => ` in ${one}`).join('');
    return refuse(
      `${file} declares no host ${options.host}${where}. Its hosts: ${namesOf(declared)}.`,
    );
  }
  if (options.print) return printScript(machines, options);
  let code: number = Exit.fine;
  for (const machine of machines) {
    code = Math.max(code, await setUp(machine, options));
  }
  return code;
}

const namesOf = (machines: readonly Machine[]): string =>
  machines.map(({ settings }) => settings.name).join(', ');

async function printScript(machines: Machine[], { from }: SetupOptions): Promise<number> {
  const [machine, ...others] = machines;
  if (machine === undefined || others.length > 0) {
    return refuse(`Name one of the hosts with --host: ${namesOf(machines)}.`);
  }
  process.stdout.write(await scriptFor(machine, from));
  return Exit.fine;
}

async function setUp(machine: Machine, { as, from }: SetupOptions): Promise<number> {
  const { settings } = machine;
  process.stdout.write(`${settings.name}\n`);
  const script = await scriptFor(machine, from);
  const recorded = await recordSetup(settings.name, script, 'started');
  // An error from here on may leave the host partly changed.
  let outcome = 'failed';
  try {
    const said = await runAsRoot(settings, as, script);
    for (const line of said) process.stdout.write(`  ${line}\n`);
    const code = await verifyHost(machine);
    outcome = code === Exit.fine ? 'set up' : 'not ready';
    return code;
  } finally {
    // If the audit could not record the start, it cannot record the end either, and the person was warned already.
    if (recorded) await recordSetup(settings.name, script, outcome);
  }
}

/** Checks the host with the bot's own key, which deployments use. Returns the exit code. */
async function verifyHost({ settings, targets }: Machine): Promise<number> {
  const hosts = createHosts({ log: noLog });
  const signal = AbortSignal.timeout(LIMIT_MS);
  const ports = { hosts, keys: keyChecks, signal, now: Date.now };
  try {
    const found = await Promise.all(targets.map((target) => inspectHost(target, settings, ports)));
    const parts = found.map(({ part }) => part);
    process.stdout.write(reportText(parts, `${settings.name} has the scripts of argo-bot.`));
    return summaryOf(parts).fail > 0 ? Exit.found : Exit.fine;
  } finally {
    await hosts.closeAll();
  }
}
