import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ShellResult } from './remote-shell.ts';

const deadlineMs = 120_000;

interface Booting {
  readonly name: string;
  readonly address: string;
  readonly consolePath: string;
  exec(script: string): Promise<ShellResult>;
}

/** Resolves once systemd has started all units; says what the console wrote when it cannot. */
export async function waitForBoot(host: Booting, machine: ChildProcess): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  let last = 'sshd does not answer';
  while (Date.now() < deadline && machine.exitCode === null && machine.signalCode === null) {
    if (await answers(host.address, 22)) {
      // The state is on stdout whatever the exit code; "degraded" is a unit that failed.
      const state = await host.exec(
        'systemctl is-system-running --wait; systemctl --failed --plain',
      );
      if (state.stdout.startsWith('running')) return;
      last = `${state.stdout}${state.stderr}`;
      if (last.startsWith('degraded')) break;
    }
    await pause(15);
  }
  const output = readFileSync(host.consolePath, 'utf8').trim().split('\n').slice(-10).join('\n');
  throw new Error(`${host.name} did not boot: ${last}\n${output || 'nothing on its console'}`);
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 250 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
