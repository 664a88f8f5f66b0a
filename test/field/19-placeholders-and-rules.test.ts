import { expect, test } from '@jest/globals';
import { checkRules } from '../../src/source/service-config/config-rules.ts';
import type { Value } from '../../src/source/formats/values.ts';
import type { ConfigRule } from '../../src/deploy/settings/config.ts';

const check = (config: Value, ...rules: ConfigRule[]): string[] =>
  checkRules(config, rules, { file: 'config.json', allText: false }).map(({ text }) => text);

test.each<[string, ConfigRule]>([
  ['None', { key: 'samesite', required: true, one_of: ['None', 'Lax'] }],
  ['none', { key: 'samesite', required: true, one_of: ['none'] }],
  ['token', { key: 'samesite', required: true, one_of: ['password', 'token'] }],
  ['None', { key: 'samesite', required: true, pattern: '^(?:None|Lax|Strict)$' }],
  ['N/A', { key: 'samesite', required: true, pattern: '^N/A$|^\\d+$' }],
  ['example', { key: 'samesite', required: true, not_placeholder: false }],
  ['secret', { key: 'samesite', not_placeholder: true, one_of: ['secret', 'top secret'] }],
])('%s is a value where the rule names it: %j', (samesite, rule) => {
  expect(check({ samesite }, rule)).toEqual([]);
});

test('also where the rule of an object looks at all of it', () => {
  const config = { session: { samesite: 'None', key: 'CHANGEME' } };
  expect(
    check(
      config,
      { key: 'session', required: true },
      { key: 'session.samesite', one_of: ['None', 'Lax'] },
    ),
  ).toEqual(['session.key in config.json is still a placeholder']);
});

test.each<[string, ConfigRule]>([
  ['CHANGEME', { key: 'key', required: true, one_of: ['None', 'Lax'] }],
  ['None', { key: 'key', required: true }],
  ['changeme', { key: 'key', required: true, pattern: '^.+$' }],
  ['changeme', { key: 'key', required: true, pattern: '^[a-z]{8}$' }],
  ['none', { key: 'key', required: true, pattern: '^[a-z]+$|Nonesuch' }],
  ['your-api-key-here', { key: 'key', required: true, length: 17 }],
  ['<token>', { key: 'key', required: true, min_length: 3 }],
  ['xxx', { key: 'key', required: true, type: 'string' }],
  ['TODO', { key: 'key', required: true }],
  ['${KEY}', { key: 'key', required: true, pattern: 'KEY' }],
])('%s is still refused where no rule names it: %j', (key, rule) => {
  expect(check({ key }, rule)).toEqual([
    expect.stringMatching(/^key in config.json is still a .*$/),
  ]);
});

test.each([
  ['ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:2=,type:str]', 'encrypted by sops'],
  ['$ANSIBLE_VAULT;1.1;AES256\n6162', 'encrypted by ansible-vault'],
  ['ENC[PKCS7,MIIBeQYJKoZI]', 'encrypted by hiera-eyaml'],
  [`encrypted:${'B'.repeat(60)}`, 'encrypted by dotenvx'],
  ['U2FsdGVkX1+abcdefghijklmnop', 'encrypted by openssl'],
])('%s is no value either', (key, kind) => {
  expect(check({ key }, { key: 'key', required: true })).toEqual([
    `key in config.json is still ${kind}`,
  ]);
});
