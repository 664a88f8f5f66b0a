import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { bootHost, type TestHost } from '../../sandbox/host/host.ts';
import type { Host, Hosts, HostSettings } from '../../src/deploy/ports/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { packFiles } from '../../src/host/run/tar.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { holdTimeLimits } from '../support/time-limits.ts';
import { silent } from './support/ssh-server.ts';

const { signal } = new AbortController();
const options = { timeoutMs: 20_000, signal, what: 'Files uploaded' };
const parameters = (root: string, epoch: number) => ({
  root,
  deployment: 'd-1',
  epoch,
  upstream_file: '',
});
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The manifest, and the mode of each file in it. */
function ofArgo(manifest: Buffer): { path: string; mode: number; content: Buffer }[] {
  const modes = manifest.toString().replaceAll(/^\w+ {2}/gm, '644 ');
  return [
    { path: '.argo/manifest', mode: 0o644, content: manifest },
    { path: '.argo/modes', mode: 0o644, content: Buffer.from(modes) },
  ];
}

describeOnHosts('a real host', () => {
  let machine: TestHost;
  let hosts: Hosts;
  let settings: HostSettings;
  let folder: string;

  beforeAll(async () => {
    machine = await bootHost({ name: 'trading-1' });
    hosts = createHosts({ log: silent });
    folder = await mkdtemp(join(tmpdir(), 'real-host-'));
    settings = {
      name: 'trading-1',
      address: machine.address,
      port: machine.port,
      user: 'deploy',
      host_keys: machine.hostKeys.map((line) => line.split(' ').slice(1, 3).join(' ')),
      identity_file: machine.privateKeyPath,
    };
  });
  afterEach(() => void jest.useRealTimers());
  afterAll(async () => {
    await hosts.closeAll();
    await rm(folder, { recursive: true });
    await machine.stop();
  });

  async function upload(host: Host, root: string): Promise<string> {
    const lines: string[] = [];
    const files = Array.from({ length: 500 }, (_, at) => ({ path: `p/${at}.py`, mode: 0o644 }));
    for (const { path } of files) {
      const content = randomBytes(10_000);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
      lines.push(`${sha256(content)}  ${path}\n`);
    }
    const content = Buffer.from(lines.join(''));
    const payload = packFiles(folderTree(folder), files, ofArgo(content), { mtime: 1_700_000_000 });
    const release = { release: 'r1', base: '', manifest: sha256(content) };
    await host.run('upload', { ...parameters(root, 1), ...release }, { ...options, payload });
    const verified = { release: 'r1', user: 'root', config: '' };
    const answer = await host.run('verify', { ...parameters(root, 1), ...verified }, options);
    return answer.value('files');
  }

  test.each(['root', 'deploy'])('takes a release from %s, and no lower epoch', async (user) => {
    const host = await hosts.open({ ...settings, user }, signal);
    const root = `/srv/for-${user}`;
    await host.run('claim', parameters(root, 1), options);
    expect(await upload(host, root)).toBe('500');
    await host.run('claim', parameters(root, 5), options);
    await expect(host.run('claim', parameters(root, 4), options)).rejects.toMatchObject({
      name: 'Fenced',
      cause: { epoch: 5 },
    });
    const owner = await machine.exec(`stat -c '%U %a' ${root}/state`);
    expect(owner.stdout).toBe('root 755\n');
  });

  test('files of the base that were edited or removed on the host are told, and sent anew before the name is given', async () => {
    const host = await hosts.open(settings, signal);
    const root = '/srv/for-deploy';
    const run = (script: string, more: Record<string, string>, payload?: Readable) =>
      host.run(script, { ...parameters(root, 5), ...more }, { ...options, payload });
    const content = Buffer.from((await run('read-manifest', { release: 'r1' })).stdout);
    const send = (base: string, paths: string[]) => {
      const files = paths.map((path) => ({ path, mode: 0o644 }));
      const payload = packFiles(folderTree(folder), files, ofArgo(content), {
        mtime: 1_700_000_000,
      });
      return run('upload', { release: 'r2', base, manifest: sha256(content) }, payload);
    };
    const verify = (more: object) =>
      run('verify', { release: 'r2', user: 'root', config: '', ...more });
    // Two processes hash the files: each finds one that was edited.
    const gone = ['p/11.py', 'p/3.py', 'p/4.py'];
    await machine.exec(
      `cd ${root}/releases/r1/p && echo edited >>3.py && echo edited >>4.py && rm 11.py`,
    );
    await send('r1', []);
    await expect(verify({})).rejects.toMatchObject({ code: 'script-failed' });
    expect((await verify({ resend: 'yes' })).values('differs').toSorted()).toEqual(gone);
    expect((await machine.exec(`ls ${root}/releases`)).stdout).not.toMatch(/^r2$/m);
    await send('resend', gone);
    expect((await verify({ resend: 'yes' })).value('files')).toBe('500');
    expect((await machine.exec(`ls ${root}/releases`)).stdout).toMatch(/^r2$/m);
  });

  test('twenty at once all get their turn at the lock', async () => {
    const host = await hosts.open(settings, signal);
    const claims = Array.from({ length: 20 }, () =>
      host.run('claim', parameters('/srv/many', 1), options),
    );
    await expect(Promise.all(claims)).resolves.toHaveLength(20);
  });

  test('a lock that is held: busy, and whose it is', async () => {
    const host = await hosts.open(settings, signal);
    await host.run('claim', parameters('/srv/held', 1), options);
    const holder = machine.exec(
      'flock /srv/held/state/lock -c "touch /run/held; until [ -e /run/free ]; do sleep 0.05; done"',
    );
    await machine.exec('until [ -e /run/held ]; do sleep 0.05; done');
    // No time for a second try, whenever the first one is answered.
    holdTimeLimits();
    await expect(
      host.run('claim', parameters('/srv/held', 1), { ...options, timeoutMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'host-busy',
      message: expect.stringContaining('deployment d-1, epoch 1, claim'),
    });
    jest.useRealTimers();
    // With time enough it is waited for.
    const waiting = host.run('claim', parameters('/srv/held', 1), options);
    await machine.exec('touch /run/free');
    await Promise.all([waiting, holder]);
  });

  test('the tunnel reaches what listens there, and tells what does not', async () => {
    const host = await hosts.open(settings, signal);
    const get = (port: number) =>
      host.get(new URL(`http://127.0.0.1:${port}/`), { timeoutMs: 5_000, signal });
    expect((await get(80)).headers['server']).toContain('nginx');
    await expect(get(8999)).rejects.toMatchObject({ code: 'connection-refused' });
  });

  test('without sudo the line to add is told', async () => {
    await machine.exec('mkdir /run/off && mv /etc/sudoers.d/* /run/off');
    // A connection that is open may hold a channel from before, which needs sudo no more.
    const fresh = createHosts({ log: silent });
    const host = await fresh.open(settings, signal);
    const refused = host.run('claim', parameters('/srv/many', 1), options);
    await expect(refused).rejects.toMatchObject({ code: 'sudo-refused' });
    await fresh.closeAll();
    await machine.exec('mv /run/off/* /etc/sudoers.d');
  });

  test('a pulled cable leaves the outcome unknown; plugged in again, it goes on', async () => {
    const alert = createHosts({ log: silent, timing: { keepaliveMs: 200 } });
    const host = await alert.open(settings, signal);
    await machine.cutLink();
    await expect(host.run('claim', parameters('/srv/many', 1), options)).rejects.toMatchObject({
      name: 'OutcomeUnknown',
      code: 'link-lost',
    });
    await machine.restoreLink();
    await host.run('claim', parameters('/srv/many', 1), options);
    await alert.closeAll();
  });
});
