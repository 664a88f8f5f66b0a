import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { JournalEvent } from '../../../src/deploy/record/journal-event.ts';
import { FactsSchema } from '../../../src/deploy/record/facts.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { cleanDeep, cleanJson, NAMES } from '../../../src/deploy/secrets/clean-record.ts';

/** Values of a config that are words of a record, too. */
const COMMON = ['deploy', 'blue', 'green', 'host-1', '20261128-160249-1a2b3c4', 'failed', 'U0ADA'];

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  redactor.learn(secrets);
  return redactor;
}

describe('a record', () => {
  test('is cleaned everywhere and keeps its shape', () => {
    const record = { a: [{ log: 'x hunter2!' }, 7, null], b: { c: true }, d: 'hunter2!' };
    expect(cleanDeep(redactorOf('hunter2!'), record)).toEqual({
      a: [{ log: 'x [secret]' }, 7, null],
      b: { c: true },
      d: '[secret]',
    });
    expect(record.d).toBe('hunter2!');
  });

  test('stays an event whatever the config holds', () => {
    const event = JournalEvent.parse({
      type: 'requested',
      at: 1,
      id: 'failed',
      request: {
        kind: 'deploy',
        service: 'deploy',
        environment: 'green',
        slot: 'blue',
        origin: { user: 'U0ADA', channel: 'C1', team: 'T1' },
      },
    });
    expect(cleanDeep(redactorOf(...COMMON), event)).toEqual(event);
    const facts = FactsSchema.parse({
      release: '20261128-160249-1a2b3c4',
      slot: 'blue',
      hosts: { 'host-1': { slots: { blue: '20261128-160249-1a2b3c4' }, freeMb: 1 } },
      configFingerprints: { deploy: 'blue' },
      leftBehind: { kind: 'blue said hunter2!' },
      leftOut: [{ by: 'hunter2! left it out', count: 1, paths: [] }],
    });
    expect(cleanDeep(redactorOf(...COMMON, 'hunter2!'), facts)).toEqual({
      ...facts,
      leftBehind: { kind: '[secret] said [secret]' },
      leftOut: [{ by: '[secret] left it out', count: 1, paths: [] }],
    });
  });

  /** Whoever adds a field decides here what it is. */
  test('has no text of which nobody has said whether it is a name', () => {
    const free = [
      'added',
      'author',
      'author',
      'brokeGlass',
      'changed',
      'deleted',
      'detail',
      'fingerprint',
      'log',
      'message',
    ];
    const more = [
      'after',
      'before',
      'next',
      'note',
      'package',
      'path',
      'paths',
      'reason',
      'stuck',
      'subject',
      'summary',
      'unitDiff',
      'warnings',
      'causes',
      'leftBehind',
      'subjects',
    ];
    const all = [
      ...stringsOf(z.toJSONSchema(JournalEvent)),
      ...stringsOf(z.toJSONSchema(FactsSchema)),
    ];
    const unknown = all.filter((name) => !NAMES.has(name) && ![...free, ...more].includes(name));
    expect([...new Set(unknown)]).toEqual([]);
    expect(all.length).toBeGreaterThan(50);
  });
});

/** The names under which a schema has texts; lists and records count as their own name. */
function stringsOf(schema: unknown, name = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, items, additionalProperties, anyOf, oneOf, allOf } = z
    .looseObject({
      type: z.unknown().optional(),
      properties: z.record(z.string(), z.unknown()).optional(),
      anyOf: z.array(z.unknown()).optional(),
      oneOf: z.array(z.unknown()).optional(),
      allOf: z.array(z.unknown()).optional(),
    })
    .parse(schema);
  const inner = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? []), items, additionalProperties];
  return [
    ...(type === 'string' ? [name] : []),
    ...Object.entries(properties ?? {}).flatMap(([key, one]) => stringsOf(one, key)),
    ...inner.flatMap((one) => stringsOf(one, name)),
  ];
}

describe('a line of a log', () => {
  test('stays JSON, with its level, its time and its ids', () => {
    const line = JSON.stringify({
      level: 'info',
      time: '2026',
      host: 'host-1',
      msg: 'a "b\\c" 84720193',
    });
    const cleaned = cleanJson(
      redactorOf('info', '2026', 'host-1', '"b\\c"', '84720193'),
      `${line}\n`,
    );
    expect(JSON.parse(cleaned)).toEqual({
      level: 'info',
      time: '2026',
      host: 'host-1',
      msg: 'a [secret] [secret]',
    });
    expect(cleaned.endsWith('\n')).toBe(true);
  });

  test('that is no JSON is cleaned as it is', () => {
    expect(cleanJson(redactorOf('hunter2!'), 'Error: hunter2!')).toBe('Error: [secret]');
  });
});
