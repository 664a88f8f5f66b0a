import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { refuseView } from '../../../sandbox/workspace/blocks/view.ts';
import { Ending } from '../../../src/deploy/events.ts';
import { findTarget, type Target } from '../../../src/deploy/settings.ts';
import { deployModal } from '../../../src/slack/views/deploy-modal.ts';
import { homeView, type HomePlace } from '../../../src/slack/views/home.ts';
import { settings } from '../../support/settings.ts';

const found = findTarget(settings());
if (found.kind !== 'found') throw new Error('the example settings have one target');
const example: Target = found.target;

const hostile = fc.constantFrom(
  '<!channel>',
  '*bold* `code`',
  '\u202Eright to left\u202C',
  '👩‍👩‍👧‍👦'.repeat(30),
  '&'.repeat(400),
  'a\nb',
);
const text = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 400 }));
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const at = fc.integer({ min: 0, max: 4_000_000_000_000 });
const entry = fc.record({
  id: name,
  at,
  kind: fc.constantFrom('deploy' as const, 'rollback' as const),
  release: text,
  by: text,
  ending: fc.constantFrom(...Ending.options),
  ms: fc.integer({ min: 0, max: 10_000_000 }),
});
const lock = fc.record({ reason: text, by: text, at, until: at });
const waits = fc.record({
  deployment: text,
  by: text,
  since: at,
  wants: text,
  mindsLock: fc.boolean(),
});
const place = fc.record({
  names: fc.tuple(name, name),
  lock: fc.option(lock, { nil: undefined }),
  history: fc.array(entry, { maxLength: 8 }),
  line: fc.array(waits, { maxLength: 30 }),
  rights: fc.record({ deploy: fc.boolean(), rollback: fc.boolean(), unlock: fc.boolean() }),
});

const placed = (drawn: {
  names: [string, string];
  lock: HomePlace['lock'];
  history: HomePlace['history'];
  line: HomePlace['line'];
  rights: HomePlace['rights'];
}): HomePlace => {
  const [service, environment] = drawn.names;
  const { names: _, ...rest } = drawn;
  const target = { ...example, service, environment };
  return { ...rest, place: { service, environment }, target, running: undefined };
};

test('no Home tab is one that Slack refuses', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(place, { maxLength: 40, selector: ({ names }) => names.join(' ') }),
      fc.constantFrom(undefined, 'Done.', 'x'.repeat(5_000)),
      (places, notice) => {
        const view = homeView(places.map(placed), 1, notice);
        expect(refuseView(view, 'home')).toBeUndefined();
        expect(JSON.stringify(view)).not.toContain('<!channel>');
      },
    ),
    { numRuns: 60 },
  );
});

test('no form is one that Slack refuses, however many services and commits there are', () => {
  const commit = fc.record({
    sha: fc.stringMatching(/^[0-9a-f]{40}$/),
    author: text,
    subject: text,
    at,
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, name), { minLength: 1, maxLength: 150, selector: String }),
      fc.uniqueArray(commit, { maxLength: 60, selector: ({ sha }) => sha }),
      (names, commits) => {
        const targets = names.map(([service, environment]) => ({
          ...example,
          service,
          environment,
        }));
        const [first] = targets;
        const modal = deployModal({
          targets,
          first: first ?? example,
          commits,
          channel: 'C0DEPLOYS',
        });
        // A name that fits no option leaves nothing to choose from; every other form is whole.
        const fits = names.some(
          ([service, environment]) => `${service}/${environment}`.length <= 75,
        );
        if (fits) expect(refuseView(modal, 'modal')).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
});
