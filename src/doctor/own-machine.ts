// Checks the bot's own machine: Node, git, the data folder, and whether sandboxes can be made.
import { fail, type Finding, ok, type Part, runPart, warn } from './finding.ts';

/** Facts about the bot's machine. */
export interface MachineFacts {
  node: string;
  /** The user who runs this process. */
  user: string;
  /** The user of the bot, if root runs this process in its place. */
  owner?: { name: string; home: string } | undefined;
  needsGit: boolean;
  /** The first line of `<command> --version`; undefined if the command is missing. */
  version(command: 'git' | 'redis-server'): Promise<string | undefined>;
  /** Returns the data folder, its nearest parent that exists, and whether this user may write to that parent. */
  data(): Promise<{
    folder: string;
    there: string;
    writable: boolean;
    /** A file of the bot's repositories that another user owns, so that git cannot replace it. */
    foreign?: string | undefined;
  }>;
  /** Names of services that run team commands, with and without a sandbox. */
  commands: { protected: readonly string[]; unprotected: readonly string[] };
  /** Why a sandbox cannot be made; undefined if it can. */
  sandbox(): Promise<{ why: string; next: string } | undefined>;
}

/** As in package.json. src/node-version.js refuses to start with an older one. */
const OLDEST_NODE = { major: 22, minor: 18 };

export async function machinePart(read: readonly Finding[], machine: MachineFacts): Promise<Part> {
  const { owner } = machine;
  const { findings } = await runPart('', {
    node: () => nodeFinding(machine.node),
    ...(owner && { user: () => notAsRoot(owner) }),
    ...(machine.needsGit && {
      async git() {
        const version = await machine.version('git');
        return version === undefined
          ? fail('git', 'is not installed where the bot runs', 'apt-get install --yes git')
          : ok('git', version);
      },
    }),
    ...(machine.commands.protected.length > 0 && { sandbox: () => sandboxFinding(machine) }),
    ...(machine.commands.unprotected.length > 0 && {
      commands: () => unprotected(machine.commands.unprotected),
    }),
    async data() {
      const { user } = machine;
      const { folder, there, writable, foreign } = await machine.data();
      if (!writable)
        return fail(
          'data',
          `${there} cannot be written by the user ${user}, so argo-bot cannot keep files in ${folder}`,
          `install -d -m 700 -o ${user} ${folder} (as root), or point ARGO_DATA to a folder of ${user}`,
        );
      if (foreign !== undefined) {
        const text = `${foreign} belongs to another user, so argo-bot cannot read commits`;
        return fail('data', text, `chown -R ${owner?.name ?? user} ${folder} (as root)`);
      }
      return ok('data', there === folder ? folder : `${folder} would be made`);
    },
  });
  return { title: 'This machine', findings: [...read, ...findings] };
}

async function sandboxFinding(machine: MachineFacts): Promise<Finding> {
  const problem = await machine.sandbox();
  if (problem === undefined) return ok('sandbox', 'works for the commands of the team');
  const text = `does not work, so the commands of ${machine.commands.protected.join(', ')} do not run: ${problem.why}`;
  return fail('sandbox', text, problem.next.replaceAll('`', ''));
}

function unprotected(services: readonly string[]): Finding {
  return warn(
    'sandbox',
    `the commands of ${services.join(', ')} run without one: any commit can read the bot's keys and tokens`,
    'remove dangerously_without_sandbox from argo.yml',
  );
}

function notAsRoot({ name, home }: NonNullable<MachineFacts['owner']>): Finding {
  return warn(
    'user',
    `root runs the doctor, but the bot runs as the user ${name}, who may not read all that root may`,
    `runuser -u ${name} -- env HOME=${home} npm run argo-bot -- doctor`,
  );
}

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const oldest = `${OLDEST_NODE.major}.${OLDEST_NODE.minor}`;
  return major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old: argo-bot needs ${oldest} or newer`,
        'install an official Node 24 (https://nodejs.org/en/download), and start argo-bot with that one',
      );
}
