// Lists the commands of the CLI with their options, and checks the options that were typed.
import { Command, InvalidArgumentError, Option } from 'commander';
import { formats } from './audit/audit-formats.ts';
import { readSince } from './audit/since.ts';
import { refuseRoot } from './refuse-root.ts';
import { saveMemory } from './save-memory.ts';

/** Builds the CLI. Each command imports its code when it runs, so that a git hook does not load the code for Slack. */
export function createProgram(): Command {
  const program = new Command('argo-bot')
    .description('Deploys systemd services blue/green over SSH, from Slack.')
    .helpCommand('help [command]', 'Explain one command, as --help does')
    .helpOption('-h, --help', 'Explain this command')
    .addHelpText('after', '\nSettings come from the environment, .env and argo.yml.')
    .showHelpAfterError()
    .exitOverride();
  for (const add of [addStart, addDoctor, addHost, addRepair, addAudit, addCheck, addHook]) {
    add(program);
  }
  return program;
}

/** Wraps a command, so that its result becomes the exit code of the process. */
function exitWith<Given extends unknown[]>(run: (...given: Given) => Promise<number>) {
  return async (...given: Given): Promise<void> => {
    process.exitCode = await run(...given);
  };
}

/** Refuses an empty value, and one that begins with `-`: the person forgot the value and typed the next option. */
function value(typed: string): string {
  if (typed === '' || typed.startsWith('-')) throw new InvalidArgumentError('Give a value.');
  return typed;
}

const service = () =>
  new Option('--service <name>', 'Only this service of argo.yml').argParser(value);
const env = () => new Option('--env <name>', 'Only this environment').argParser(value);

function addStart(program: Command): void {
  const parts = {
    start: ['Run the bot and a worker in one process', ['worker', 'bot']],
    bot: ['Run only the part that talks to Slack', ['bot']],
    worker: ['Run only the part that deploys. Start as many as you like', ['worker']],
  } as const;
  for (const [name, [does, started]] of Object.entries(parts)) {
    program
      .command(name)
      .description(does)
      .action(
        exitWith(async () => {
          refuseRoot(name, process.env);
          saveMemory();
          return (await import('./start.ts')).startParts(started);
        }),
      );
  }
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Find what is wrong with Slack, Redis, the source and every host, and what the next deployment would do. Changes nothing',
    )
    .addOption(service())
    .addOption(env())
    .option('--json', 'Print the findings as JSON, for other programs')
    .action(exitWith(async (options) => (await import('./doctor/doctor.ts')).doctor(options)));
}

function addHost(program: Command): void {
  program
    .command('host')
    .description('Prepare hosts for the bot')
    .command('setup')
    .description(
      "Install or update argo-bot's scripts on hosts, and verify them. The bot's key can then call nothing else there. Needs root once",
    )
    .addOption(service())
    .addOption(env())
    .option('--host <name>', 'Only this host of argo.yml', value)
    .option(
      '--as <user>',
      'Log in with your own ssh as this user, who is root or may sudo without a password',
      value,
    )
    .option(
      '--from <addresses>',
      'Addresses that the key may come from, as in authorized_keys',
      addresses,
    )
    .option('--print', 'Print the script. Read it, and run it as root of the host')
    .action(exitWith(async (options) => (await import('./host-setup.ts')).hostSetup(options)));
}

/** Allows only addresses: other characters could end the quotes in authorized_keys, or make sshd ignore the line. */
function addresses(typed: string): string {
  if (/^[\w.:*?!,/][\w.:*?!,/-]*$/.test(typed)) return typed;
  throw new InvalidArgumentError('It is a list as in authorized_keys: 192.0.2.5,2001:db8::/32');
}

function addRepair(program: Command): void {
  program
    .command('repair')
    .description(
      'Find deployments whose record cannot be read. With an id, set that one aside and lock its environment',
    )
    .argument('[id]', 'The deployment to set aside')
    .action(exitWith(async (id) => (await import('./repair.ts')).repair(id)));
}

function addAudit(program: Command): void {
  const audit = program.command('audit').description('Export or verify the record of decisions');
  audit
    .command('export')
    .description(
      'Print every decision with its person, time, digest of what was shown, and outcome',
    )
    .option(
      '--since <time>',
      'From this date, time or age on: 2026-11-01, 2026-11-01T08:00Z, 7d, 12h',
      since,
    )
    .addOption(
      new Option('--format <name>', 'The format of an entry')
        .choices(Object.keys(formats))
        .default('jsonl'),
    )
    .action(exitWith(async (options) => (await import('./audit/audit.ts')).exportAudit(options)));
  audit
    .command('verify')
    .description('Find out whether somebody has changed the record of decisions')
    .option('--head <hash>', 'Also verify that the chain holds the entry with this hash', hash)
    .action(exitWith(async (options) => (await import('./audit/audit.ts')).verifyAudit(options)));
}

function since(typed: string): number {
  const at = readSince(typed, Date.now());
  if (at === undefined) throw new InvalidArgumentError('It is a date, a time or an age.');
  return at;
}

function hash(typed: string): string {
  if (/^[\da-f]{64}$/.test(typed)) return typed;
  throw new InvalidArgumentError('It has 64 digits from 0 to f, as export and verify print it.');
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      "Run the bot's checks on the checkout in this folder and on argo.yml, before you commit",
    )
    .option('--service <name>', 'Only this service. The folder is taken for its checkout', value)
    .option('--env <name>', 'Only the config of this environment', value)
    .option('--config <file>', 'The argo.yml to use. Default: the one in the checkout', value)
    .option('--staged', 'Check what the next commit would have, instead of the folder')
    .option('--list', 'Also list what is left out of the release, and why')
    .action(exitWith(async (options) => (await import('./check/check.ts')).check(options)));
}

function addHook(program: Command): void {
  const hook = program.command('hook').description('Check what is staged before every commit');
  hook
    .command('install')
    .description("Install the check as this checkout's pre-commit hook")
    .option('--service <name>', 'Check only this service', value)
    .option('--config <file>', 'The argo.yml to use', value)
    .option('--force', 'Keep an existing hook, and run it first')
    .action(exitWith(async (options) => (await import('./hook.ts')).installHook(options)));
  hook
    .command('uninstall')
    .description('Remove the hook')
    .action(exitWith(async () => (await import('./hook.ts')).uninstallHook()));
}
