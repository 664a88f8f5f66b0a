import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRevision } from '../../../src/deploy/untrusted/git-names.ts';
import { parse } from '../../../src/slack/grammar/parse.ts';
import { editDistance, nearestWord } from '../../../src/deploy/untrusted/spelling.ts';

const deploy = (rest: object = {}) => ({ kind: 'deploy', slot: 'idle', dryRun: false, ...rest });

const understood: [string, object][] = [
  ['', { kind: 'form' }],
  ['   ', { kind: 'form' }],
  ['form', { kind: 'form' }],
  ['help', { kind: 'help' }],
  ['help me', { kind: 'help' }],
  ['HELP', { kind: 'help' }],
  ['deploy', deploy()],
  ['Deploy Green', deploy({ slot: 'green' })],
  ['deploy blue', deploy({ slot: 'blue' })],
  ['deploy idle', deploy()],
  ['deploy main', deploy({ ref: 'main' })],
  ['deploy green main', deploy({ slot: 'green', ref: 'main' })],
  ['deploy main green', deploy({ slot: 'green', ref: 'main' })],
  ['deploy green feature/a.b_c-d', deploy({ slot: 'green', ref: 'feature/a.b_c-d' })],
  ['deploy HEAD~2', deploy({ ref: 'HEAD~2' })],
  ['deploy v1.2^', deploy({ ref: 'v1.2^' })],
  ['deploy main@1', deploy({ ref: 'main@1' })],
  ['deploy refs/heads/blue', deploy({ ref: 'refs/heads/blue' })],
  ['deploy idle gren', deploy({ ref: 'gren' })],
  ['deploy 1a2b3c4', deploy({ ref: '1a2b3c4' })],
  ['deploy --dry-run', deploy({ dryRun: true })],
  ['deploy --DRY-RUN green', deploy({ dryRun: true, slot: 'green' })],
  ['deploy —dry-run', deploy({ dryRun: true })],
  ['deploy –dry-run', deploy({ dryRun: true })],
  ['deploy —dry‑run', deploy({ dryRun: true })],
  ['deploy --service engine', deploy({ service: 'engine' })],
  ['deploy --service=engine', deploy({ service: 'engine' })],
  ['deploy —service engine', deploy({ service: 'engine' })],
  ['deploy --service “engine”', deploy({ service: 'engine' })],
  ['deploy --service=‘engine’', deploy({ service: 'engine' })],
  ['deploy `main`', deploy({ ref: 'main' })],
  ['deploy "main"', deploy({ ref: 'main' })],
  [
    'deploy green --env staging main',
    deploy({ slot: 'green', ref: 'main', environment: 'staging' }),
  ],
  ['deploy --environment staging', deploy({ environment: 'staging' })],
  ['deploy --env a --env a', deploy({ environment: 'a' })],
  ['deploy\u00a0green', deploy({ slot: 'green' })],
  ['deploy\u200b green', deploy({ slot: 'green' })],
  ['deploy green\n', deploy({ slot: 'green' })],
  ['status', { kind: 'status' }],
  [
    'status --service engine --env staging',
    { kind: 'status', service: 'engine', environment: 'staging' },
  ],
  ['history', { kind: 'history', limit: 10 }],
  ['history 5', { kind: 'history', limit: 5 }],
  ['rollback', { kind: 'rollback' }],
  ['rollback 20261123-160249-1a2b3c4', { kind: 'rollback', release: '20261123-160249-1a2b3c4' }],
  ['rollback adopted-blue slow', { kind: 'rollback', release: 'adopted-blue', reason: 'slow' }],
  ['rollback users see 500', { kind: 'rollback', reason: 'users see 500' }],
  ['rollback 993e684', { kind: 'rollback', release: '993e684' }],
  ['rollback slow', { kind: 'rollback', reason: 'slow' }],
  ['rollback green is broken', { kind: 'rollback', reason: 'green is broken' }],
  ['rollback to stop errors', { kind: 'rollback', reason: 'to stop errors' }],
  ['rollback https://tickets/INC', { kind: 'rollback', reason: 'https://tickets/INC' }],
  ['rollback to adopted-blue slow', { kind: 'rollback', release: 'adopted-blue', reason: 'slow' }],
  ['rollback to 993e684', { kind: 'rollback', release: '993e684' }],
  ['rollback 993e684 slow', { kind: 'rollback', release: '993e684', reason: 'slow' }],
  ['rollback 20261123-1602 slow', { kind: 'rollback', release: '20261123-1602', reason: 'slow' }],
  ['config check', { kind: 'config', act: 'check' }],
  ['config DIFF', { kind: 'config', act: 'diff' }],
  ['config push --env staging', { kind: 'config', act: 'push', environment: 'staging' }],
  ['cancel', { kind: 'cancel' }],
  ['health', { kind: 'health' }],
  ['retry --env staging', { kind: 'retry', environment: 'staging' }],
  ['logs', { kind: 'logs', slot: 'idle' }],
  ['logs 200 Green', { kind: 'logs', slot: 'green', lines: 200 }],
  ['diff', { kind: 'diff' }],
  ['diff feature/x --env staging', { kind: 'diff', ref: 'feature/x', environment: 'staging' }],
  ['lock Black Friday', { kind: 'lock', reason: 'Black Friday' }],
  [
    "lock don't touch: it's the audit for 2h",
    { kind: 'lock', reason: "don't touch: it's the audit", ms: 7_200_000 },
  ],
  [
    'lock waiting for Ben --env staging',
    { kind: 'lock', reason: 'waiting for Ben', environment: 'staging' },
  ],
  ['lock audit FOR 45M', { kind: 'lock', reason: 'audit', ms: 2_700_000 }],
  ['freeze holidays for 3d', { kind: 'freeze', reason: 'holidays', ms: 259_200_000 }],
  ['unfreeze', { kind: 'unfreeze' }],
  ['unlock --env staging', { kind: 'unlock', environment: 'staging' }],
];

test.each([
  ['deploy --dryrun', '/argo deploy --dry-run'],
  ['deploy bleu', '/argo deploy blue'],
  ['config pusch', '/argo config push'],
  ['deploy --servce x', '/argo deploy'],
  ['stauts', '/argo status'],
])('%s is answered with the command that was meant', (text, example) => {
  expect(parse(text)).toMatchObject({ kind: 'wrong', example });
});

const refused: [string, RegExp][] = [
  ['deplyo green', /Did you mean `deploy`/],
  ['roll', /no command `roll`/],
  ['stauts', /Did you mean `status`/],
  ['rm -rf /', /no command `rm`/],
  ['deploy gren', /Did you mean `green`\?.*`idle gren`/],
  ['deploy bleu', /Did you mean `blue`/],
  ['deploy --dryrun', /Did you mean `--dry-run`/],
  ['deploy --dry_run', /Did you mean `--dry-run`/],
  ['deploy -dry-run', /Did you mean `--dry-run`/],
  ['deploy --dry-run=yes', /takes no value/],
  ['deploy --servce x', /Did you mean `--service`/],
  ['deploy --service', /needs a name/],
  ['deploy --service --dry-run', /needs a name/],
  ['deploy --service=', /needs a name/],
  ['deploy --env a --env b', /given twice/],
  ['deploy --upload-pack=x', /no flag `--upload-pack`/],
  ['deploy "--upload-pack=x"', /cannot be a git ref/],
  ['deploy a..b:c', /cannot be a git ref/],
  ['deploy green blue', /Two slots/],
  ['deploy main other', /one word too many/],
  ['deploy green main other', /one word too many/],
  ['deploy "main', /never closed/],
  ['deploy green\n/argo cancel', /more than one line/],
  ['deploy green\u2028main', /more than one line/],
  [`deploy ${'x'.repeat(500)}`, /at most 500/],
  ['deploy \u0007', /control character/],
  ['status --dry-run', /no flag `--dry-run`/],
  ['status engine', /takes no `engine`.*--service/],
  ['config', /one of `check`, `diff`, `push`/],
  ['config pusch', /Did you mean `push`/],
  ['config explode', /does not know `explode`. One of/],
  ['config check all', /one word too many/],
  ['config push --dry-run', /no flag `--dry-run`/],
  ['cancel now', /takes no `now`/],
  ['unlock please', /takes no `please`/],
  ['logs idle', /neither blue, green/],
  ['logs 0', /neither blue, green/],
  ['diff a b', /one word too many/],
  ['diff --help', /no flag/],
  ['lock', /Say why/],
  ['lock blue for 2h', /`blue` is a slot, but a lock stops the whole environment/],
  ['lock for 2h', /Say why/],
  ['lock audit for 2wekks', /`for 2wekks` is not a length of time/],
  ['lock audit for 31d', /`31d` is not a time/],
  ['lock audit for 0h', /`0h` is not a time/],
  [`lock ${'x'.repeat(301)}`, /longer than 300/],
  ['freeze audit --env staging', /for everything.*`\/argo lock`/],
  ['unfreeze now', /for everything.*`\/argo unlock`/],
  ['history many', /not a number/],
  ['history 0', /from 1 to 30/],
  ['history 5 6', /too many/],
  ['rollback -x', /no flag/],
  ['rollback Blue', /`Blue` is a slot, not a release\. `\/argo history` names the releases/],
  ['rollback to green', /is a slot/],
  ['rollback idle', /is a slot/],
  ['rollback to main', /`main` is not a release/],
  ['rollback feature/x', /`feature\/x` is not a release/],
  ['rollback HEAD~1', /is not a release/],
];

describe('the grammar', () => {
  test.each(understood)('understands %j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test.each(refused)('refuses %j and shows the right form', (text, why) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({
      kind: 'wrong',
      reason: expect.stringMatching(why),
      form: expect.stringMatching(/^\/argo /),
    });
  });

  test('never throws, and never lets anything but a plain ref or name through', () => {
    const piece = fc.constantFrom(
      'deploy',
      'green',
      '--service',
      '--env=',
      '—',
      '“',
      '"',
      '`',
      '\n',
      '$(x)',
      'rollback',
      '-',
      '=',
      ' ',
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(line, (text) => expect(isPlain(parse(text))).toBe(true)),
      { numRuns: 2_000 },
    );
  });
});

function isPlain(parsed: ReturnType<typeof parse>): boolean {
  if (parsed.kind === 'deploy') return parsed.ref === undefined || isRevision(parsed.ref);
  if (parsed.kind === 'rollback')
    return parsed.release === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(parsed.release);
  return parsed.kind !== 'wrong' || !/[\r\n]/.test(parsed.reason);
}

describe('spelling', () => {
  test.each([
    ['', '', 0],
    ['green', 'green', 0],
    ['gren', 'green', 1],
    ['bleu', 'blue', 1],
    ['ca', 'abc', 3],
    ['stauts', 'status', 1],
  ])('%j to %j takes %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
    expect(editDistance(b, a)).toBe(expected);
  });

  test('what is too far away is not suggested', () => {
    expect(nearestWord('kubernetes', ['blue', 'green'])).toBeUndefined();
    expect(nearestWord('x', [])).toBeUndefined();
  });
});
