import { describe, expect, test } from '@jest/globals';
import { accessFindings } from '../../src/doctor/access.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { machineFindings } from '../../src/doctor/host/machine.ts';
import { nginxFindings } from '../../src/doctor/host/nginx.ts';
import { type MachineFacts, machinePart } from '../../src/doctor/own-machine.ts';
import { type RedisFacts, redisFindings } from '../../src/doctor/redis.ts';
import { slotFindings } from '../../src/doctor/host/slots.ts';
import { toolFindings } from '../../src/doctor/host/tools.ts';
import { targetWith } from '../support/target.ts';
import { examined, NOW, untouched } from './support/answer.ts';

const python = { requirements: 'requirements.txt', require_hashes: true, only_binary: true };
const target = targetWith({ service: { python } });
const levels = (findings: Finding[]) =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, what }) => `${level} ${what}`);
const all = (different: Parameters<typeof examined>[0], of = target) => {
  const answer = examined(different);
  return [
    ...toolFindings(answer, of),
    ...machineFindings(answer, of, NOW),
    ...nginxFindings(answer, of),
    ...slotFindings(answer, untouched(), of),
  ];
};

describe('a host', () => {
  test('on which all is right is said to be so, line by line', () => {
    expect(levels(all({}))).toEqual([]);
    expect(all({}).length).toBeGreaterThan(12);
  });

  test.each<[string, Parameters<typeof examined>[0], string, RegExp]>([
    [
      'a tool',
      { lacks: ['flock', 'ss'] },
      'fail tools',
      /^apt-get install --yes util-linux iproute2$/,
    ],
    ['ss alone', { has: [] }, 'warn tools', /iproute2/],
    ['the interpreter', { python: undefined }, 'fail python', /apt-get install --yes python3/],
    ['an interpreter that runs', { python: 'Illegal instruction' }, 'fail python', /reinstall/],
    [
      'venv',
      { venv: 'no' },
      'fail venv',
      /apt-get install --yes python3-venv \|\| .*python3\.11-venv/,
    ],
    ['ensurepip', { ensurepip: 'no' }, 'fail venv', /python3-venv/],
    ['the sandbox', { systemd: '219' }, 'fail sandbox', /systemd 239/],
    ['the service user', { user: '' }, 'fail service user', /^useradd --system engine$/],
    ['systemd', { systemd_state: 'offline' }, 'fail systemd', /systemd as its init/],
    [
      'a unit',
      { systemd_state: 'degraded', failed_unit: ['a.service'] },
      'warn systemd',
      /systemctl status a\.service/,
    ],
    ['room', { disk: '499 20000 /opt' }, 'fail disk', /^du -xh .*\/opt/],
    ['inodes', { inodes: '100' }, 'warn inodes', /find \/opt/],
    ['leave to run programs', { mount: 'rw,noexec' }, 'fail mount', /remount,exec/],
    ['memory', { memory: '100 8000' }, 'warn memory', /memory_max/],
    ['the time', { now: '1795000090' }, 'fail clock', /timedatectl set-ntp true/],
    ['what keeps the time', { timekeeper: '' }, 'warn clock', /systemd-timesyncd/],
    [
      'an unmasked unit',
      { masked: ['engine-blue.service'] },
      'fail unit',
      /^systemctl unmask engine-blue\.service$/,
    ],
    ['a running nginx', { nginx_state: 'failed' }, 'fail nginx', /^systemctl enable --now nginx$/],
    ['a good configuration', { nginx_config: 'unknown directive' }, 'fail nginx -t', /nginx -t/],
    ['the upstream file', { served: [] }, 'fail upstream file', /printf 'upstream engine/],
    [
      'its folder',
      { upstream_folder: 'missing' },
      'fail upstream file',
      /^mkdir -p \/etc\/nginx\/conf\.d,/,
    ],
    [
      'its include',
      { upstream: 'apart' },
      'fail upstream file',
      /include \/etc\/nginx\/conf\.d\/engine\.conf;/,
    ],
    [
      'its upstream, which another file has',
      { declared: 'elsewhere /etc/nginx/sites-enabled/site' },
      'fail upstream file',
      /take it out there/,
    ],
    [
      'an include where a whole upstream may stand',
      { within: 'http upstream' },
      'fail upstream file',
      /in the http block of .* instead/,
    ],
    ['its upstream', { declared: undefined }, 'fail upstream file', /upstream engine/],
    ['a file of its own', { beside: 'server' }, 'fail upstream file', /^move everything but the/],
    ['a site', { passed: 'no' }, 'fail site', /proxy_pass http:\/\/engine;/],
    [
      'one port',
      { served: ['127.0.0.1:8000', '127.0.0.1:8001'] },
      'warn upstream file',
      /first deployment/,
    ],
    [
      'a free port',
      { taken: ['blue 8001 x.service'] },
      'fail port',
      /^systemctl disable --now x\.service, or/,
    ],
    ['a port free of a program', { taken: ['blue 8001 process-42'] }, 'fail port', /kill 42, or/],
    ['peace', { busy: ['deployment d1'] }, 'warn busy', /fuser -v \/opt\/engine\/state\/lock/],
  ])('that lacks %s is told so with what to do', (_name, different, found, fix) => {
    expect(levels(all(different))).toEqual([found]);
    expect(all(different).find(({ level }) => level !== 'ok')?.fix).toMatch(fix);
  });

  test('shows everything at once, and no fault hides another', () => {
    const found = levels(all({ user: '', disk: '1 2 /opt', nginx_state: 'failed', venv: 'no' }));
    expect(found).toEqual(['fail venv', 'fail service user', 'fail disk', 'fail nginx']);
  });

  test('is recommended what makes packages safe', () => {
    const loose = targetWith({ service: { python: { requirements: 'requirements.txt' } } });
    const found = all({}, loose).find(({ what }) => what === 'packages');
    expect(found).toMatchObject({
      level: 'warn',
      fix: 'set python.require_hashes: true and python.only_binary: true in argo.yml',
    });
  });

  test('needs no pip for a service without requirements', () => {
    const plain = targetWith({ service: { python: {} } });
    expect(levels(all({ ensurepip: 'no' }, plain))).toEqual([]);
  });

  test('under /home has a root that its units cannot see', () => {
    const hidden = targetWith({ environment: { root: '/home/engine' } });
    expect(levels(all({}, hidden))).toEqual(['fail root']);
  });

  test('may have what users are on today on the port of a slot', () => {
    const seen = untouched({ externalServices: [{ address: '8001', unit: 'engine.service' }] });
    const answer = examined({ taken: ['blue 8001 engine.service'] });
    expect(levels(slotFindings(answer, seen, target))).toEqual([]);
  });

  test('with a release that never got through a watch in its idle slot is warned of', () => {
    const seen = untouched({
      facts: { live: 'blue', liveRelease: 'r1', slots: { blue: 'r1', green: 'r2' }, freeMb: 9_000 },
      releases: [
        { name: 'r1', verdict: 'none' },
        { name: 'r2', verdict: 'none' },
      ],
    });
    const left = slotFindings(examined({}), seen, target).find(({ level }) => level === 'warn');
    expect(left?.text).toMatch(/^r2 runs in green and never got through a watch/);
    expect(left?.fix).toMatch(/the next \/argo deploy ends and removes it$/);
  });

  test('without the folder of a config location is warned of', () => {
    const more = targetWith({
      environment: { config_locations: ['/opt/old/c.json'] },
      service: { config: { file: '/c.json' } },
    });
    const found = slotFindings(
      examined({ location: ['absent /opt/old/c.json'] }),
      untouched(),
      more,
    );
    expect(found.find(({ level }) => level === 'warn')?.fix).toMatch(/^mkdir -p \/opt\/old,/);
  });
});

describe('Redis', () => {
  const right: RedisFacts = {
    version: '7.0.15',
    policy: 'noeviction',
    aof: true,
    fsync: 'everysec',
    snapshots: '',
    lastWriteOk: true,
    latencyMs: 0.3,
    group: undefined,
  };

  test('on which all is right', () => expect(levels(redisFindings(right))).toEqual([]));
  test('that keeps CONFIG to itself is taken at its word', () => {
    expect(levels(redisFindings({ ...right, policy: undefined, fsync: undefined }))).toEqual([]);
  });

  test.each<[Partial<RedisFacts>, string, RegExp]>([
    [{ version: '6.0.16' }, 'fail version', /newer/],
    [{ policy: 'allkeys-lru' }, 'fail eviction', /config set maxmemory-policy noeviction/],
    [{ aof: false, snapshots: '' }, 'fail persistence', /config set appendonly yes/],
    [{ aof: false, snapshots: '3600 1' }, 'warn persistence', /config set appendonly yes/],
    [{ aof: false, snapshots: undefined }, 'warn persistence', /config set appendonly yes/],
    [{ fsync: 'no' }, 'warn persistence', /appendfsync everysec/],
    [{ lastWriteOk: false }, 'fail last write', /df -h/],
    [{ latencyMs: 80 }, 'warn latency', /near/],
    [
      { group: { host: '10.0.0.7', port: 6379, replicas: 0 } },
      'warn replicas',
      /redis-cli -h 10.0.0.7 -p 6379 info replication/,
    ],
    [
      { group: { host: '10.0.0.7', port: 6379, replicas: 2 }, fsync: 'no' },
      'warn persistence',
      /^redis-cli -h 10.0.0.7 -p 6379 config set appendfsync everysec/,
    ],
  ])('with %j', (different, found, fix) => {
    const findings = redisFindings({ ...right, ...different });
    expect(levels(findings)).toEqual([found]);
    expect(findings.find(({ level }) => level !== 'ok')?.fix).toMatch(fix);
  });
});

const whoMay = (environment: object) =>
  levels(accessFindings('engine in production', targetWith({ environment }).place));

describe('access', () => {
  const right = {
    deploy: ['U01'],
    approve: ['U02'],
    rollback: ['U01'],
    unlock: ['U01'],
    channels: ['C0OPS'],
  };

  test.each<[string, object, string[]]>([
    ['somebody in every role', {}, []],
    ['no channel', { channels: [] }, ['fail access']],
    ['nobody to deploy or approve', { deploy: [], approve: [] }, ['fail access', 'fail access']],
    ['nobody to unlock', { unlock: [] }, ['warn access']],
    ['one person for both, with four eyes', { approve: ['U01'] }, ['fail access']],
    ['one group for both', { deploy: ['S01'], approve: ['S01'] }, []],
  ])('with %s', (_name, different, found) => {
    expect(whoMay({ access: { ...right, ...different } })).toEqual(found);
  });

  test('with one person for both, without four eyes', () => {
    const access = { ...right, approve: ['U01'] };
    expect(whoMay({ access, approval: { four_eyes: false } })).toEqual([]);
  });

  test('with more approvers than people who may approve', () => {
    const approval = { approvers: 2 };
    expect(whoMay({ access: right, approval })).toEqual(['fail access']);
    expect(whoMay({ access: { ...right, approve: ['U02', 'U03'] }, approval })).toEqual([]);
    expect(whoMay({ access: { ...right, approve: ['S01'] }, approval })).toEqual([]);
  });
});

const machine: MachineFacts = {
  node: '24.21.0',
  user: 'argo-bot',
  needsGit: true,
  commands: { protected: [], unprotected: [] },
  sandbox: async () => undefined,
  version: async () => 'git version 2.39.5',
  data: async () => ({ folder: '/var/lib/argo', there: '/var/lib/argo', writable: true }),
};

test.each([
  ['22.1.0', 'fail'],
  ['22.17.1', 'fail'],
  ['22.18.0', 'ok'],
  ['24.0.0', 'ok'],
])('Node %s is judged as README and package.json say: %s', async (node, level) => {
  const [found] = (await machinePart([], { ...machine, node })).findings;
  expect(found).toMatchObject({ what: 'node', level });
});

test('root who runs the doctor is told to run it as the user of the bot', async () => {
  const owner = { name: 'argo-bot', home: '/var/lib/argo-bot' };
  const { findings } = await machinePart([], { ...machine, user: 'root', owner });
  expect(findings.find(({ level }) => level === 'warn')).toMatchObject({
    what: 'user',
    text: 'root runs the doctor, but the bot runs as the user argo-bot, who may not read all that root may',
    fix: 'runuser -u argo-bot -- env HOME=/var/lib/argo-bot npm run argo-bot -- doctor',
  });
});

const unwritable = async () => ({ folder: '/var/lib/argo', there: '/var/lib', writable: false });

test('the fix of the data folder names the user of the bot, not the root who pastes it', async () => {
  const { findings } = await machinePart([], { ...machine, data: unwritable });
  expect(findings.at(-1)).toMatchObject({
    text: '/var/lib cannot be written by the user argo-bot, so argo-bot cannot keep files in /var/lib/argo',
    fix: 'install -d -m 700 -o argo-bot /var/lib/argo (as root), or point ARGO_DATA to a folder of argo-bot',
  });
});

test('a file of another user in the repositories of the bot is found, with the command that corrects it', async () => {
  const foreign = '/var/lib/argo/source/x/FETCH_HEAD';
  const data = async () => ({ ...(await unwritable()), writable: true, foreign });
  const { findings } = await machinePart([], { ...machine, data });
  expect(findings.at(-1)).toMatchObject({
    text: `${foreign} belongs to another user, so argo-bot cannot read commits`,
    fix: 'chown -R argo-bot /var/lib/argo (as root)',
  });
});

test('the machine of the bot lacks git, a newer node, and a folder to write to', async () => {
  const found = await machinePart([], {
    ...machine,
    node: '22.1.0',
    commands: { protected: ['shop'], unprotected: ['engine'] },
    sandbox: async () => ({ why: 'unshare failed', next: 'sysctl' }),
    version: async () => undefined,
    data: unwritable,
  });
  expect(levels(found.findings)).toEqual([
    'fail node',
    'fail git',
    'fail sandbox',
    'warn sandbox',
    'fail data',
  ]);
});
