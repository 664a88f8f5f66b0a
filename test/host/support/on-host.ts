import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { bootHost, type TestHost } from '../../../sandbox/host/host.ts';
import type { Answer, Host } from '../../../src/deploy/ports/ports.ts';
import { createHosts } from '../../../src/host/hosts.ts';
import { silent } from './ssh-server.ts';

type Parameters = Record<string, string | number>;

/** What every script is sent, where a test has no such thing. */
const nothing = { user: 'root', unit_allow: '', log_files: '', upstream_file: '' };

interface Options {
  /** What every script is given beside the epoch; `run` may say otherwise. */
  given: Parameters;
  /** Shell that lays the host out anew before each test. */
  each?: string;
  /** And once, before the first. */
  once?: string;
  timeoutMs?: number;
}

interface OnHost {
  readonly machine: TestHost;
  /** A script as the bot runs it, each time with a higher epoch. */
  run: (script: string, more?: Parameters) => Promise<Answer>;
  /** The epoch that was given last. */
  epoch: () => number;
  /** What shell on the host wrote, however it ended. */
  on: (script: string) => Promise<string>;
  /** As above, but it must end well. */
  sure: (script: string) => Promise<string>;
}

interface Connected {
  machine: TestHost;
  /** The machine as the bot has it: over SSH, with its key pinned. */
  host: Host;
  leave: () => Promise<void>;
}

/** A real host for the tests of the `describe` that calls this. */
export function onHost({ given, each, once, timeoutMs = 30_000 }: Options): OnHost {
  let connection: Connected | undefined;
  let epoch = 0;
  const { signal } = new AbortController();
  const there = (): Connected => {
    if (connection === undefined) throw new Error('there is no host before beforeAll');
    return connection;
  };
  const sure = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await there().machine.exec(script);
    if (code !== 0) throw new Error(`exited ${code}: ${stderr || 'nothing written'}\n${script}`);
    return stdout.trim();
  };

  beforeAll(async () => {
    connection = await connected();
    if (once !== undefined) await sure(once);
  });
  beforeEach(async () => {
    if (each !== undefined) await sure(each);
  });
  afterAll(() => connection?.leave());

  return {
    get machine() {
      return there().machine;
    },
    run(script, more = {}) {
      epoch += 1;
      const always = { deployment: 'd-1', epoch, ...nothing };
      const parameters = { ...always, ...given, ...more };
      return there().host.run(script, parameters, { timeoutMs, signal, what: script });
    },
    epoch: () => epoch,
    on: async (script) => (await there().machine.exec(script)).stdout.trim(),
    sure,
  };
}

async function connected(): Promise<Connected> {
  const machine = await bootHost({ name: 'trading-1' });
  const hosts = createHosts({ log: silent });
  const leave = async (): Promise<void> => {
    await hosts.closeAll();
    await machine.stop();
  };
  try {
    const host_keys = machine.hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
    const { name, address, port, privateKeyPath: identity_file } = machine;
    const settings = { name, address, port, user: 'root', host_keys, identity_file };
    return { machine, host: await hosts.open(settings, new AbortController().signal), leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Shell that writes a file, with its folders. */
export const put = (path: string, text: string): string =>
  `mkdir -p "$(dirname '${path}')" && cat > '${path}' <<'END'\n${text}END\n`;
