import { describe, expect, test } from '@jest/globals';
import { HostUnreachable, Misconfigured, StageFailed } from '../../../src/deploy/record/errors.ts';
import { inspectEnvironment } from '../../../src/doctor/host/inspect-environment.ts';
import type { Part } from '../../../src/doctor/finding.ts';
import type { HostPorts } from '../../../src/doctor/host/inspect-host.ts';
import type { EnvironmentPorts } from '../../../src/doctor/environment.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { targetWith } from '../../support/target.ts';
import { examined, NOW } from '../support/answer.ts';

const names = ['host-1', 'host-2', 'host-3'];

function place(options: Parameters<typeof createMemoryWorld>[0] = {}) {
  const world = createMemoryWorld({ hosts: names, ...options });
  for (const host of world.hosts) {
    host.on['examine'] = () => examined().stdout.trimEnd().split('\n');
    host.get = (url) =>
      Promise.reject(
        new StageFailed(`${url.href} refuses`, { code: 'connection-refused', next: 'Look.' }),
      );
  }
  const ports: EnvironmentPorts & HostPorts = {
    hosts: world.ports.hosts,
    signal: new AbortController().signal,
    now: () => NOW,
    keys: { identity: async () => {}, pinned: () => ['ssh-ed25519'] },
    currentCommit: async () => ({ sha: 'a'.repeat(40), ref: 'main' }),
    config: async () => ({ problems: [], openToOthers: false }),
  };
  return { world, ports };
}
const bad = (parts: Part[]) =>
  parts.flatMap(({ title, findings }) =>
    findings
      .filter(({ level }) => level !== 'ok')
      .map(({ level, what }) => `${title.split(' ')[0]}: ${level} ${what}`),
  );
const target = targetWith({ hosts: names });
const identity = () =>
  Promise.reject(new Misconfigured('open', { code: 'identity-too-open', next: 'chmod 600 k' }));

describe('an environment', () => {
  test('on which all is right has a part of its own and one for each host, with its plan', async () => {
    const { world, ports } = place();
    const parts = await inspectEnvironment(target, ports);
    expect(bad(parts)).toEqual(['engine: warn access']);
    expect(parts.map(({ title }) => title)).toEqual([
      'engine in production',
      ...names.map((name) => `${name} (engine in production)`),
    ]);
    expect(parts.slice(1).every(({ plan }) => (plan ?? []).length > 3)).toBe(true);
    // Nothing that is fenced, so no host has an epoch of this.
    expect(new Set(world.hosts.flatMap(({ scripts }) => scripts))).toEqual(
      new Set(['examine', 'inspect']),
    );
    await expect(world.records.active()).resolves.toEqual([]);
  });

  test('tells of every host what is wrong with it, whatever is wrong with the others', async () => {
    const { world, ports } = place({
      opening(name) {
        if (name !== 'host-1') return;
        throw new HostUnreachable('it is down', { code: 'host-down', next: 'nc -vz host-1 22' });
      },
    });
    world.hosts[1]!.on['examine'] = () => {
      throw new StageFailed('no sudo', { code: 'sudo-refused', next: 'give it' });
    };
    world.hosts[2]!.get = () =>
      Promise.reject(new StageFailed('no tunnels', { code: 'tunnel-refused', next: 'allow them' }));
    const failing = { ...ports, currentCommit: () => Promise.reject(new Error('gone')) };
    expect(bad(await inspectEnvironment(target, failing))).toEqual([
      'engine: fail source',
      'engine: warn access',
      'host-1: fail SSH',
      'host-2: fail sudo',
      'host-3: fail tunnel',
    ]);
  });

  test('is not asked for over SSH with a key that cannot be used', async () => {
    const { world, ports } = place();
    const parts = await inspectEnvironment(target, { ...ports, keys: { ...ports.keys, identity } });
    expect(bad(parts).slice(1)).toEqual(names.map((name) => `${name}: fail SSH key`));
    expect(parts[1]?.findings[0]?.fix).toBe('chmod 600 k');
    expect(world.hosts.flatMap(({ scripts }) => scripts)).toEqual([]);
  });

  test('has a config whose rules are broken, or that others can read', async () => {
    const { ports } = place();
    const config = targetWith({
      hosts: names,
      service: { config: { file: '/etc/argo-bot/engine.json' } },
    });
    const found = async (answer: { problems: string[]; openToOthers: boolean }) =>
      (
        await inspectEnvironment(config, { ...ports, config: async () => answer })
      )[0]?.findings.find(({ what }) => what === 'config');
    expect(await found({ problems: ['a.b is missing'], openToOthers: false })).toMatchObject({
      level: 'fail',
      text: '/etc/argo-bot/engine.json:\na.b is missing',
    });
    expect(await found({ problems: [], openToOthers: true })).toMatchObject({
      level: 'warn',
      fix: 'chmod 600 /etc/argo-bot/engine.json',
    });
    expect((await found({ problems: [], openToOthers: false }))?.level).toBe('ok');
  });
});
