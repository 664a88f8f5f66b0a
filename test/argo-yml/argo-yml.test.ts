import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { parseSettings, readSettings } from '../../src/argo-yml/argo-yml.ts';
import { unreadableSettings } from '../../src/argo-yml/unreadable-settings.ts';
import { isFailure } from '../../src/deploy/record/errors.ts';
import { findTarget } from '../../src/deploy/settings/settings.ts';

const host = {
  name: 'h1',
  address: 'h1.internal',
  host_keys: ['ssh-ed25519 AAAA'],
  identity_file: 'keys/argo',
};
const place = {
  hosts: [host],
  root: '/opt/engine',
  slots: { blue: { port: 8001 }, green: { port: 8002 } },
  proxy: { upstream_file: '/etc/nginx/conf.d/engine.conf', upstream: 'engine' },
};
const service = {
  source: { git: 'https://git.invalid/engine.git' },
  unit: { user: 'engine', exec_start: '{venv}/bin/uvicorn main:app' },
  health: { path: '/health' },
  environments: { production: place },
};
const elsewhere = {
  ...place,
  root: '/opt/other',
  slots: { blue: { port: 9001 }, green: { port: 9002 } },
  proxy: { upstream_file: '/etc/nginx/conf.d/other.conf', upstream: 'other' },
};
const yml = (changes: object = {}, at: object = {}): string =>
  stringify({
    services: {
      engine: { ...service, ...changes, environments: { production: { ...place, ...at } } },
    },
  });

/** The lines of the message, without the first. */
function mistakes(text: string): string[] {
  try {
    parseSettings(text, 'argo.yml');
  } catch (error) {
    if (!isFailure(error)) throw error;
    expect(error.code).toBe('argo-yml');
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
}

describe('a good file', () => {
  test('is read, with what it leaves out filled in', () => {
    const { engine } = parseSettings(yml(), 'argo.yml').services;
    expect(engine?.environments['production']).toMatchObject({
      strategy: 'proxy',
      keep_releases: 5,
      watch: { checks: 60, interval_seconds: 5 },
      approval: {
        four_eyes: true,
        approvers: 1,
        before: 'switch',
        authors: 'may_approve',
        author_emails: {},
        expires_minutes: 30,
      },
      access: {
        deploy: [],
        approve: [],
        rollback: [],
        unlock: [],
        break_glass: [],
        channels: [],
      },
    });
  });
});

describe('a file with mistakes', () => {
  const many = `services:
  engine:
    source: { gti: https://git.invalid/x.git }
    unit: { user: Engine User, exec_start: "{venv}/run\\\\" }
    health: { path: health, passes: 0 }
    smoke: [{ name: a, path: /x, json: [{ path: p, equals: [1] }] }]
    environments:
      production:
        hosts: []
        root: opt/engine
        strategy: magic
        slots: { blue: { port: "8001" }, green: { port: 70000 } }
        proxy: { upstream_file: /etc/nginx/e.conf, upstream: engine, public_url: ftp://x }
        access: { deploy: ["@ada"] }
`;

  test('is told all of them at once, each with its line, its place and what would be right', () => {
    expect(mistakes(many)).toMatchInlineSnapshot(`
     [
       "line 11, services.engine.environments.production.strategy: must be proxy or restart",
       "line 3, services.engine.source.git: is missing; expected a string",
       "line 3, services.engine.source.gti: is not a setting; check its spelling",
       "line 4, services.engine.unit.user: use a login name of at most 32 letters, digits, dots, dashes and underscores, not of digits alone",
       "line 4, services.engine.unit.exec_start: a \\ at the end would join the next line of the unit to it",
       "line 5, services.engine.health.path: use an address path that starts with /",
       "line 5, services.engine.health.passes: is too small or empty; at least 1 is wanted",
       "line 6, services.engine.smoke.0.json.0.equals: is a list; expected a string or a number or a boolean or null",
       "line 9, services.engine.environments.production.hosts: is too small or empty; at least 1 is wanted",
       "line 10, services.engine.environments.production.root: use an absolute path without spaces, quotes and brackets, and without . or .. parts",
       "line 12, services.engine.environments.production.slots.blue.port: is a string; expected a number",
       "line 12, services.engine.environments.production.slots.green.port: is too big; at most 65535 is allowed",
       "line 13, services.engine.environments.production.proxy.public_url: use an address that starts with http://",
       "line 14, services.engine.environments.production.access.deploy.0: use a Slack user id (U…) or user group id (S…)",
     ]
    `);
  });

  test.each<[string, string, unknown[]]>([
    ['is empty', '', ['line 1, the file: is empty; expected a mapping']],
    ['is a list', '- 1', ['line 1, the file: is a list; expected a mapping']],
    ['declares nothing', 'services: {}', ['line 1, services: declare at least one service']],
    [
      'has a name with a slash',
      'services:\n  En/gine: {}',
      [expect.stringContaining('line 2, services.En/gine: use letters, digits')],
    ],
  ])('that %s', (_name, text, lines) => {
    expect(mistakes(text)).toEqual(expect.arrayContaining(lines));
  });

  test.each([
    ['that is not YAML', 'a: [', 'line 1, column 5'],
    ['that says a key twice', `${yml()}${yml()}`, 'keys must be unique'],
    ['with an alias that nothing defines', 'services: *nope', 'nope'],
    [
      'that grows without end',
      `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]`,
      'alias',
    ],
  ])('%s is refused with the reason', (_name, text, why) => {
    expect(mistakes(text).join('\n')).toContain(why);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'that sets %s is told so, and nothing else is changed',
    (name) => {
      const text = `services:\n  engine:\n    ${name}: { polluted: yes }\n`;
      expect(mistakes(text)).toContainEqual(
        `line 3, services.engine.${name}: is not a setting; check its spelling`,
      );
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  );

  test('never shows a value, which may be a secret', () => {
    const text = yml({ unit: { user: 'hunter2 hunter2', exec_start: 'x\nhunter2' } });
    expect(mistakes(text)).toHaveLength(2);
    expect(mistakes(text).join()).not.toContain('hunter2');
  });

  test.each([
    [
      'exec_start with a second line',
      { unit: { user: 'a', exec_start: 'run\nExecStartPre=evil' } },
    ],
    ['exec_start that joins the next line', { unit: { user: 'a', exec_start: 'run \\' } }],
    [
      'a variable with a second line',
      { unit: { user: 'a', exec_start: 'x', environment: { A: 'b\nUser=root' } } },
    ],
    [
      'a variable with a bad name',
      { unit: { user: 'a', exec_start: 'x', environment: { 'A"=': 'b' } } },
    ],
    ['a user with a second line', { unit: { user: 'a\nroot', exec_start: 'x' } }],
    ['an entry outside of the release', { entry: '../main.py' }],
    ['a config outside of the release', { config: { file: 'c', target: '/etc/passwd' } }],
  ])('cannot smuggle %s into a unit or a path', (_name, changes) => {
    expect(mistakes(yml(changes))).toHaveLength(1);
  });
});

describe('what only shows when values are compared', () => {
  const two = (other: object, changes: object = {}) =>
    stringify({
      services: {
        engine: service,
        other: { ...service, ...changes, environments: { production: { ...elsewhere, ...other } } },
      },
    });

  test('is nothing when two services share a host properly', () => {
    expect(mistakes(two({}))).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a root', { root: place.root }, 'the root /opt/engine'],
    ['a port', { slots: { blue: { port: 8002 }, green: { port: 9002 } } }, 'the port 8002'],
    [
      'a proxy file',
      { proxy: { ...elsewhere.proxy, upstream_file: place.proxy.upstream_file } },
      'the file /etc/nginx',
    ],
  ])('is %s that another service has on the same host', (_name, other, thing) => {
    expect(mistakes(two(other))).toEqual([expect.stringContaining(thing)]);
    expect(mistakes(two({ ...other, hosts: [{ ...host, address: 'h2.internal' }] }))).toEqual([]);
    expect(mistakes(two({ ...other, hosts: [{ ...host, port: 2222 }] }))).toEqual([]);
  });

  test('is a probe for an environment that there is not', () => {
    const probe = { name: 'n', key: 'k', url: 'https://api.example.com/{value}' };
    const config = { file: 'c', probes: [probe, { ...probe, environments: ['prodution'] }] };
    expect(mistakes(stringify({ services: { engine: { ...service, config } } }))).toEqual([
      expect.stringMatching(/probes\.1\.environments: there is no environment prodution/),
    ]);
  });

  test('is two environments of a service on one host, whose units would have one name', () => {
    const text = stringify({
      services: { engine: { ...service, environments: { production: place, staging: elsewhere } } },
    });
    expect(mistakes(text)).toEqual([
      expect.stringContaining('services.engine.environments.staging.hosts: the units engine-blue'),
    ]);
  });

  test('a name that is too long for a login name needs a user of its own', () => {
    const name = 'a'.repeat(33);
    const named = (unit: object) => stringify({ services: { [name]: { ...service, unit } } });
    expect(mistakes(named({ exec_start: 'x' }))).toEqual([
      expect.stringContaining(`services.${name}.unit: the service runs as a user of its name`),
    ]);
    expect(mistakes(named({ exec_start: 'x', user: 'engine' }))).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      'slots on one port',
      { slots: { blue: { port: 1 }, green: { port: 1 } } },
      'blue and green have the same port',
    ],
    ['hosts of one name', { hosts: [host, { ...host, address: 'h2' }] }, 'two hosts are named h1'],
    [
      'one machine twice',
      { hosts: [host, { ...host, name: 'h2' }] },
      'h1 and h2 are the same machine',
    ],
    [
      'places for a config that is not declared',
      { config_locations: ['/opt/legacy/config.json'] },
      'declares no config',
    ],
  ])('is %s', (_name, at, what) => {
    expect(mistakes(yml({}, at)).join('\n')).toContain(what);
  });
});

describe('paths', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'argo-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('count from argo.yml, wherever the process was started', () => {
    const file = join(folder, 'argo.yml');
    writeFileSync(file, yml({ source: { path: '../engine' } }));
    const { engine } = readSettings(file).services;
    expect(engine?.source).toMatchObject({ path: join(folder, '..', 'engine') });
    expect(engine?.environments['production']?.hosts[0]?.identity_file).toBe(
      join(folder, 'keys/argo'),
    );
  });

  test.each([
    ['./engine.git', (at: string) => join(at, 'engine.git')],
    ['/srv/engine.git', () => '/srv/engine.git'],
    ['git@github.com:ada/engine.git', () => 'git@github.com:ada/engine.git'],
  ])('of a repository: %s', (git, expected) => {
    const file = join(folder, 'argo.yml');
    writeFileSync(file, yml({ source: { git } }));
    expect(readSettings(file).services['engine']?.source).toMatchObject({ git: expected(folder) });
  });

  test('to a file that cannot be read: it says why and what to do', () => {
    const none = join(folder, 'none.yml');
    expect(whyRefused(none)).toBe(
      `argo-yml-missing: ${none} does not exist. Correct the path (--config or ARGO_CONFIG), or copy the example there: the file argo.yml of argo-bot.`,
    );
    // A path as it was typed does not say in which folder it was sought.
    expect(whyRefused('nowhere/none.yml')).toContain(
      `: ${resolve('nowhere/none.yml')} does not exist.`,
    );
    expect(whyRefused(folder)).toBe(
      `argo-yml-missing: ${folder} is a folder. Name the file in it (--config or ARGO_CONFIG): ${folder}/argo.yml`,
    );
    const file = join(folder, 'argo.yml');
    writeFileSync(file, yml());
    expect(whyRefused(join(file, 'argo.yml'))).toContain(
      `${file}/argo.yml cannot be read: ${file} is not a folder. Correct the path`,
    );
  });

  test.each(['EACCES', 'EPERM'])('to a file that the user may not read (%s)', (code) => {
    const file = '/etc/argo-bot/argo.yml';
    expect(unreadableSettings(file, Object.assign(new Error(code), { code }), 'ada')).toMatchObject(
      {
        message: `${file} cannot be read by the user ada: permission denied`,
        next: `See which folder or file forbids it: namei -l ${file}. Run argo-bot as the user it belongs to, as in docs/how-to/install.md, or let ada read it.`,
      },
    );
  });

  test('to a file that the disk does not give', () => {
    const error = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    expect(unreadableSettings('/a.yml', error).message).toBe('/a.yml cannot be read: EIO');
  });
});

/** The failure of reading that file, in one line. */
function whyRefused(file: string): string {
  try {
    readSettings(file);
  } catch (error) {
    if (isFailure(error)) return `${error.code}: ${error.message}. ${error.next}`;
  }
  return 'no failure';
}

describe('a target', () => {
  const settings = parseSettings(yml(), 'argo.yml');
  test.each([
    [undefined, undefined, 'found'],
    ['engine', 'production', 'found'],
    ['engine', 'staging', 'unknown'],
    ['constructor', undefined, 'unknown'],
    ['__proto__', undefined, 'unknown'],
    ['engine', 'toString', 'unknown'],
  ])('%s in %s is %s', (name, environment, kind) => {
    expect(findTarget(settings, name, environment).kind).toBe(kind);
  });
});
