import * as fc from 'fast-check';
import { Ending } from '../../../../src/deploy/record/events.ts';
import { findTarget, type Target } from '../../../../src/deploy/settings/settings.ts';
import { settings } from '../../../support/settings.ts';

/** What a name, a commit, a path or the last words of a program can hold. */
const nasty = [
  '<!channel>',
  '<@U0EVERYONE>',
  '<!here|x>',
  '&lt;!channel&gt;',
  '*bold* _it_ ~no~ `code`',
  '*planted* _planted_ ~planted~ `planted` :tada: <!planted> &lt;planted <https://planted|planted> >planted',
  '>planted',
  ':tada',
  '```fence```',
  '`',
  '\u202Eright to left\u202C',
  'سلام עולם',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\u0000\u001B[31m',
  '\uD83D',
  'a\nb\r\nc',
  '<https://evil|click>',
  '&'.repeat(400),
  `/srv/${'very-long-folder/'.repeat(40)}file.py`,
  'Traceback (most recent call last):\n  File "main.py", line 1\n'.repeat(80),
];

/** Text from outside: short and long, plain and hostile. */
export const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.constantFrom(...nasty, 'word', 'x'.repeat(90)), { maxLength: 40 })
    .map((parts) => parts.join(' ').slice(0, 6_000)),
);
export const some = fc.string({ minLength: 1, maxLength: 300 });
export const number = fc.integer({ min: 0, max: 4_000_000 });
export const at = fc.integer({ min: 0, max: 4_000_000_000_000 });
export const slot = fc.constantFrom('blue' as const, 'green' as const);
export const person = fc.oneof(fc.constantFrom('U0ALICE', 'W0BOB', 'S0OPS'), text);
/** As argo.yml allows one. */
export const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);

/** None, a few, or as many as there can be: a few things, repeated, so that many cost little. */
export function many<Thing>(thing: fc.Arbitrary<Thing>, most: number): fc.Arbitrary<Thing[]> {
  const count = fc.oneof(fc.constantFrom(0, 1, most), fc.integer({ min: 0, max: most }));
  return fc
    .tuple(fc.array(thing, { minLength: 1, maxLength: 6 }), count)
    .map(([things, length]) =>
      Array.from({ length }, (_, index) => things[index % things.length]).filter(
        (one) => one !== undefined,
      ),
    );
}

/** By names that differ, as a journal keeps hosts. */
export function byName<Thing>(
  thing: fc.Arbitrary<Thing>,
  most: number,
): fc.Arbitrary<Record<string, Thing>> {
  return fc
    .tuple(text, many(thing, most))
    .map(([first, things]) =>
      Object.fromEntries(things.map((one, index) => [`${first.slice(0, 60)}-${index}`, one])),
    );
}

export const commit = fc.record({ sha: some, author: text, subject: text, at });

export const lock = fc.record(
  { reason: text, by: person, at, until: at, freeze: fc.boolean() },
  { requiredKeys: ['reason', 'by', 'at'] },
);

export const place = fc.record({ service: name, environment: name });

export const entry = fc.record(
  {
    id: name,
    at,
    kind: fc.constantFrom('deploy' as const, 'rollback' as const),
    release: text,
    commit: fc.record({ sha: name, subject: text }),
    by: person,
    ending: fc.constantFrom(...Ending.options),
    why: text,
    ms: number,
  },
  { requiredKeys: ['id', 'at', 'kind', 'by', 'ending', 'ms'] },
);

export const waits = fc.record({
  deployment: text,
  by: person,
  since: at,
  wants: text,
  mindsLock: fc.boolean(),
});

/** What argo.yml of the tests says, under other names. */
export function targetOf(service = 'argo-trading', environment = 'production'): Target {
  const found = findTarget(settings());
  if (found.kind !== 'found') throw new Error('the example settings have one target');
  return { ...found.target, service, environment };
}

export const target = fc.option(
  place.map(({ service, environment }) => targetOf(service, environment)),
  { nil: undefined },
);
