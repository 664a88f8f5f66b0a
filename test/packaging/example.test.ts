import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSettings } from '../../src/argo-yml/argo-yml.ts';
import { settingsJsonSchema } from '../../src/argo-yml/schema.ts';

const text = readFileSync('argo.yml', 'utf8');
const example = z.looseObject({}).parse(parse(text));

test('argo.yml is accepted as it stands', () => {
  const { services } = readSettings('argo.yml');
  expect(Object.keys(services)).toEqual(['argo-trading']);
  expect(Object.keys(services['argo-trading']?.environments ?? {})).toEqual(['production']);
});

test('argo.schema.json is current: node src/argo-yml/schema.ts, then prettier', () => {
  const committed: unknown = JSON.parse(readFileSync('argo.schema.json', 'utf8'));
  expect(committed).toEqual(settingsJsonSchema());
});

test('the schema accepts the example, and refuses a misspelt and a missing setting', () => {
  const schema = z.fromJSONSchema(settingsJsonSchema());
  const accepts = (value: unknown): boolean => schema.safeParse(value).success;
  expect(accepts(example)).toBe(true);
  expect(accepts({ ...example, servcies: {} })).toBe(false);
  expect(accepts({})).toBe(false);
});

/** Declared, but nothing reads it. */

test('every setting stands in the example, if only in a comment', () => {
  const names = new Set(namesIn(settingsJsonSchema()));
  const absent = [...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  expect(absent).toEqual([]);
});

test('the example finds its schema, and pins no real key or person', () => {
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/argo\.schema\.json\n/);
  expect(text).not.toMatch(/ssh-ed25519 AAAA/);
  expect(text).not.toMatch(/\b[UWSC](?!0{6})[A-Z0-9]{8,}\b/);
});

function* namesIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') yield* Object.keys(z.looseObject({}).parse(value));
    yield* namesIn(value);
  }
}
