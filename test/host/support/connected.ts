import { bootHost, type TestHost } from '../../../sandbox/host/host.ts';
import type { Host } from '../../../src/deploy/ports.ts';
import { createHosts } from '../../../src/host/hosts.ts';
import { silent } from './ssh-server.ts';

export interface Connected {
  machine: TestHost;
  /** The machine as the bot has it: over SSH, with its key pinned. */
  host: Host;
  leave: () => Promise<void>;
}

/** A real host for the tests of one file. */
export async function connected(): Promise<Connected> {
  const machine = await bootHost({ name: 'trading-1' });
  const hosts = createHosts({ log: silent, timing: { keepaliveMs: 200 } });
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
