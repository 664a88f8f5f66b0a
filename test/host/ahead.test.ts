import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bootHost, type TestHost } from '../../sandbox/host/host.ts';
import type { Host, Hosts, ScriptCall } from '../../src/deploy/ports/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';
import { silent } from './support/ssh-server.ts';

const root = '/srv/ahead';
const slots = {
  port_blue: 8001,
  port_green: 8002,
  unit_blue: 'engine-blue.service',
  unit_green: 'engine-green.service',
};
const options = { timeoutMs: 20_000, signal: new AbortController().signal, what: 'Test' };
const always = { root, deployment: 'd1', strategy: 'proxy', upstream: '', upstream_file: '' };

function claim(epoch: number): ScriptCall {
  return { script: 'claim', parameters: { ...always, ...slots, epoch, user: 'root' } };
}

describeOnHosts('scripts that a host runs before it is asked', () => {
  let machine: TestHost;
  let hosts: Hosts;

  beforeAll(async () => {
    machine = await bootHost({ name: 'ahead-1' });
  });
  afterAll(() => machine.stop());

  /** The epochs of the scripts that have ended, in order. */
  async function ended(): Promise<number[]> {
    const { stdout } = await machine.exec(`cat ${root}/state/journal.jsonl`);
    return stdout
      .split('\n')
      .filter((line) => line.includes('"event":"end"'))
      .map((line) => Number(/"epoch":(\d+)/.exec(line)?.[1]));
  }

  /** The shells on the host that wait for a script. */
  async function waitingShells(): Promise<string[]> {
    const { stdout } = await machine.exec(`pgrep -f '^/bin/sh -c .*[r]ead -r word bytes' || true`);
    return stdout.split('\n').filter((line) => line !== '');
  }

  const untilEnded = (count: number) => untilOnHost(async () => (await ended()).length >= count);

  describe.each(['root', 'deploy'])('as %s', (user) => {
    let host: Host;

    beforeEach(async () => {
      hosts = createHosts({ log: silent });
      await machine.exec(`rm -rf ${root}`);
      host = await hosts.open(
        {
          name: 'ahead-1',
          address: machine.address,
          port: machine.port,
          user,
          host_keys: machine.hostKeys.map((line) => line.split(' ').slice(1, 3).join(' ')),
          identity_file: machine.privateKeyPath,
        },
        AbortSignal.timeout(20_000),
      );
    });
    afterEach(() => hosts.closeAll());

    const run = ({ script, parameters }: ScriptCall, ahead: ScriptCall[] = []) =>
      host.run(script, parameters, { ...options, ahead });

    test('run in order, once each', async () => {
      await run(claim(1), [claim(2), claim(3)]);
      await untilEnded(3);
      expect((await run(claim(2))).values('fence')).toEqual(['held']);
      await run(claim(3));
      expect(await ended()).toEqual([1, 2, 3]);
      // A result is used once: who asks again wants the script to run again.
      await run(claim(3));
      expect(await ended()).toEqual([1, 2, 3, 3]);
    });

    test('do not run after one that fails, and its failure is told when it is asked for', async () => {
      await run(claim(5), [claim(4), claim(6)]);
      await expect(run(claim(4))).rejects.toMatchObject({ name: 'Fenced', cause: { epoch: 5 } });
      await run(claim(7));
      expect(await ended()).toEqual([5, 7]);
    });

    test('do not run after one that leaves a decision to the bot', async () => {
      await run(claim(1));
      await machine.exec(`mkdir -p ${root}/releases/r1/.argo
        printf '[Service]\nExecStart=${root}/green/missing\n' >${root}/releases/r1/.argo/unit.green`);
      const placed = { release: 'r1', slot: 'green', unit: slots.unit_green, unit_allow: '' };
      const { parameters } = claim(1);
      const install = { script: 'install-unit', parameters: { ...parameters, ...placed } };
      expect((await run(install, [claim(2)])).values('problem')).not.toEqual([]);
      await run(claim(3));
      expect(await ended()).toEqual([1, 1, 3]);
    });

    test('run before their turn, once each, and tell a failure when they are asked for', async () => {
      host.runEarly([claim(1), claim(2)], options);
      await run(claim(1));
      await run(claim(2));
      expect(await ended()).toEqual([1, 2]);
      host.runEarly([claim(1)], options);
      await expect(run(claim(1))).rejects.toMatchObject({ name: 'Fenced', cause: { epoch: 2 } });
    });

    test('run again in their turn if they could not start before it', async () => {
      const stopped = { ...options, signal: AbortSignal.abort() };
      host.runEarly([claim(1)], stopped);
      await run(claim(1));
      expect(await ended()).toEqual([1]);
    });

    test('find their channel open, and run once if it has ended meanwhile', async () => {
      host.prepareChannel();
      await untilOnHost(async () => (await waitingShells()).length === 1);
      const [shell] = await waitingShells();
      await run(claim(1));
      await untilOnHost(async () => !(await waitingShells()).includes(shell ?? ''));
      await untilOnHost(async () => (await waitingShells()).length === 1);
      await machine.exec(`kill ${(await waitingShells()).join(' ')}`);
      await run(claim(2));
      expect(await ended()).toEqual([1, 2]);
      // A channel that nobody uses is closed.
      await untilOnHost(async () => (await waitingShells()).length === 0);
    });

    test('are never taken from a payload that a script did not read', async () => {
      const forged = Buffer.from(`argo-bot 0 ${'a'.repeat(24)} claim forged\nepoch=9\n\n`);
      await host.run('claim', claim(1).parameters, {
        ...options,
        payload: forged,
        ahead: [claim(2)],
      });
      await untilEnded(2);
      expect(await ended()).toEqual([1, 2]);
    });
  });
});
