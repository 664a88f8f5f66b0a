import { describe, expect, test } from '@jest/globals';
import type { Disclosure } from '../../../src/deploy/config/disclosure.ts';
import { secretsInConfig } from '../../../src/source/service-config/report.ts';

const secretsOf = (config: object, disclosure?: Disclosure): string[] =>
  secretsInConfig('config.json', JSON.stringify(config), disclosure);

describe('a value that plainly is no secret', () => {
  test.each([
    true,
    null,
    12,
    9_999,
    0.25,
    -40,
    30_000,
    65_536,
    '8001',
    '',
    'false',
    'production',
    'enabled',
    'warning',
    'INFO',
    'redis',
    'localhost',
    'AAPL',
    'paper',
    'us-east-1',
    'America/New_York',
    'gpt-4o',
    'gpt-4o-mini-2024-07-18',
    'utf-8',
    'HS256',
    '30s',
    '1h30m',
    '512MB',
    '1.2.3',
    '2026-11-28',
    '09:30',
    '*/5 * * * *',
    'en_US.UTF-8',
    '/var/log/app',
    './data',
    'logs/app.log',
    'application/json',
    'orders.created',
    'db-01.eu-central-1.example.com',
    '10.0.0.0/8',
    '::1',
    'redis:6379',
    'localhost:8000',
    'https://api.example.com/v2/x',
    'redis://localhost:6379/0',
    '${DB_PASSWORD}',
  ])('%j stays readable', (value) => {
    expect(secretsOf({ k: value })).toEqual([]);
  });
});

describe('every other value is hidden', () => {
  test.each<[unknown, string]>([
    ['hunter2', 'hunter2'],
    ['Winter2024', 'Winter2024'],
    ['xkqzpw', 'xkqzpw'],
    [84_720_193, '84720193'],
    ['84720193', '84720193'],
    [-12_345, '-12345'],
    ['trombones', 'trombones'],
    ['ada@example.com', 'ada@example.com'],
    ['correct horse battery staple', 'correct horse battery staple'],
    ['correct-horse-battery-staple', 'correct-horse-battery-staple'],
    ['correct.horse.battery.staple', 'correct.horse.battery.staple'],
    ['/Winter2024', '/Winter2024'],
    ['postgres://u:pa55@db/x', 'pa55'],
    ['postgres://u:p%40ss55@db/x', 'p@ss55'],
    ['https://tok91x@example.com/', 'tok91x'],
    ['Server=db;User Id=sa;Password=Winter2024;', 'Winter2024'],
    ['jdbc:postgresql://db/x?user=a&password=pa55w', 'pa55w'],
    ['admin:hunter2!', 'hunter2!'],
    ['tok1abc, tok2def', 'tok2def'],
    [[['nested-91x']], 'nested-91x'],
    ['{"type":"service_account","id":"abc123def4"}', 'abc123def4'],
    ['first-91x line\nsecond-91x line', 'second-91x line'],
  ])('%j', (value, secret) => {
    expect(secretsOf({ k: value })).toContain(secret);
  });

  test.each([
    ['DBPassword', 'example.com'],
    ['password', 30_000],
    ['api_tokens', 'paper-key'],
    ['secrets.mail', 'mail.example.com'],
    ['tokens.0', 'blue-green'],
    ['basic_auth', 'production'],
  ])('%s: what a name like that holds needs more to be none', (key, value) => {
    expect(secretsOf({ [key]: value })).toEqual([String(value)]);
  });
});

describe('argo.yml decides', () => {
  test('what is public, with everything below a key and with a wildcard', () => {
    const config = { alpaca: { url: 'a-91x', key: 'b-91x' }, list: ['c-91x'], alpaca2: 'd-91x' };
    expect(secretsOf(config, { public: ['alpaca.url', 'list'] })).toEqual(['b-91x', 'd-91x']);
    expect(secretsOf(config, { public: ['alpaca.*'] })).toEqual(['c-91x', 'd-91x']);
    expect(secretsOf(config, { public: ['*'] })).toEqual([]);
  });

  test('what is secret, whatever it looks like, and against `public`', () => {
    const config = { desk: { pin: 1_234, word: 'lemon' }, host: 'db.example.com' };
    expect(secretsOf(config, { secret: ['desk', 'host'], public: ['desk'] })).toEqual([
      '1234',
      'lemon',
      'db.example.com',
    ]);
  });

  test('that its own names stay readable', () => {
    const config = { a: 'argo-trading-7x', b: 'web-01x', password: 'argo-trading-7x' };
    expect(secretsOf(config, { names: ['argo-trading-7x'] })).toEqual(['web-01x']);
  });
});

test('a number is hidden however it is printed', () => {
  const content = 'a: 8.4720193e7\nb: 0x50CC0B1\n';
  expect(secretsInConfig('config.yml', content)).toEqual(
    expect.arrayContaining(['8.4720193e7', '84720193']),
  );
});

test.each([
  ['.env', 'export DB=hunter2!\nPIN=84720193\nMODE=paper\n'],
  ['config.yml', 'db: hunter2!\npin: 84720193\nmode: paper\n'],
  ['config.toml', 'db = "hunter2!"\npin = 84720193\nmode = "paper"\n'],
  ['config.json', '{"db": "hunter2!", "pin": "84720193", "mode": "paper",'],
])('%s is judged in the same way', (name, content) => {
  expect(secretsInConfig(name, content)).toEqual(expect.arrayContaining(['hunter2!', '84720193']));
  expect(secretsInConfig(name, content)).not.toContain('paper');
});
