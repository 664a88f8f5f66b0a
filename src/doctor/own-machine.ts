import { fail, type Finding, ok, type Part, part } from './finding.ts';

/** What is asked of the machine that the bot runs on. */
export interface MachineLook {
  node: string;
  needsGit: boolean;
  /** The first line of `<command> --version`; undefined where there is none. */
  version(command: 'git' | 'redis-server'): Promise<string | undefined>;
  /** The data folder, the nearest folder that exists, and whether this user may write there. */
  data(): Promise<{ folder: string; there: string; writable: boolean }>;
}

const OLDEST_NODE = 24;

export async function machinePart(read: readonly Finding[], look: MachineLook): Promise<Part> {
  const { findings } = await part('', {
    node: () => Promise.resolve(nodeFinding(look.node)),
    ...(look.needsGit && {
      async git() {
        const version = await look.version('git');
        return version === undefined
          ? fail('git', 'is not installed where the bot runs', 'apt-get install --yes git')
          : ok('git', version);
      },
    }),
    async data() {
      const { folder, there, writable } = await look.data();
      if (!writable)
        return fail(
          'data',
          `${there} is closed to this user, so nothing can be kept in ${folder}`,
          `install -d -m 700 -o "$(id -un)" ${folder} (as root), or point ARGO_DATA elsewhere`,
        );
      return ok('data', there === folder ? folder : `${folder} would be made`);
    },
  });
  return { title: 'This machine', findings: [...read, ...findings] };
}

function nodeFinding(version: string): Finding {
  return Number(version.split('.')[0]) >= OLDEST_NODE
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old: ${OLDEST_NODE} runs argo-bot`,
        'npm ci, then npm run argo-bot -- doctor, which takes the right one',
      );
}
