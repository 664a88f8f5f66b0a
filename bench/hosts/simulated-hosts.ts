// Starts the process of the simulated hosts, and declares them for argo.yml.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Recording } from './recording.ts';
import { Started } from './told.ts';

export interface SimulatedHosts {
  /** As argo.yml declares them. */
  declarations(identityFile: string): Record<string, unknown>[];
  /** From now on they do what is recorded. */
  replay(recording: Recording): Promise<void>;
  stop(): void;
}

export async function startSimulatedHosts(count: number): Promise<SimulatedHosts> {
  const child = fork(join(import.meta.dirname, 'simulator.ts'), [String(count)]);
  const { ports, hostKey } = Started.parse(await heard(child));
  return {
    declarations: (identityFile) =>
      ports.map((port, index) => ({
        name: `simulated-${index + 1}`,
        address: '127.0.0.1',
        port,
        user: 'root',
        host_keys: [hostKey],
        identity_file: identityFile,
      })),
    async replay(recording) {
      child.send(recording);
      await heard(child);
    },
    stop: () => child.disconnect(),
  };
}

async function heard(child: ChildProcess): Promise<unknown> {
  const [told]: unknown[] = await once(child, 'message');
  return told;
}
