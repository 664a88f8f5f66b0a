import { expect, test } from '@jest/globals';
import { Misconfigured } from '../../src/deploy/record/errors.ts';
import { fail, failureFinding, runCheck, ok, runPart, warn } from '../../src/doctor/finding.ts';
import { reportJson, reportText, summaryOf } from '../../src/doctor/report.ts';

const parts = [
  { title: 'Redis', findings: [ok('server', 'answers'), warn('latency', '80 ms', 'move it')] },
  {
    title: 'host-1 (engine in production)',
    findings: [fail('service user', 'does not exist', 'useradd --system engine')],
    plan: ['make /opt/engine/blue', 'write a unit'],
  },
];

test('the report is aligned, with each fix below what it mends, and the sum last', () => {
  expect(reportText(parts)).toBe(`Redis
  ok    server        answers
  warn  latency       80 ms
                      fix: move it

host-1 (engine in production)
  fail  service user  does not exist
                      fix: useradd --system engine
        would do      make /opt/engine/blue
                      write a unit

1 ok, 1 warning, 1 failure: fix what failed, then run this again. Nothing was changed.
`);
});

test('the last line tells ready from good enough', () => {
  expect(reportText([{ title: 'Redis', findings: [ok('server', 'answers')] }])).toMatch(
    /\n1 ok, 0 warnings, 0 failures: ready to deploy\. Nothing was changed\.\n$/,
  );
  expect(reportText(parts.slice(0, 1))).toMatch(/0 failures: a deployment can go ahead\./);
});

test('after a change it does not say that nothing was changed', () => {
  expect(reportText(parts, 'host-1 has the scripts of argo-bot.')).toMatch(
    /\n1 ok, 1 warning, 1 failure: fix what failed, then run this again\. host-1 has the scripts of argo-bot\.\n$/,
  );
});

test('for programs it is the same parts with their sum', () => {
  expect(JSON.parse(reportJson(parts))).toEqual({ parts, summary: { ok: 1, warn: 1, fail: 1 } });
  expect(summaryOf([])).toEqual({ ok: 0, warn: 0, fail: 0 });
});

test('a look that fails says so in its place, and the others go on', async () => {
  const { findings } = await runPart('Redis', {
    first: () =>
      Promise.reject(new Misconfigured('is not there', { code: 'no-redis', next: 'start it' })),
    second: () => Promise.resolve(ok('second', 'there')),
    third: () => Promise.reject(new TypeError('x is not a function')),
  });
  expect(findings).toEqual([
    fail('first', 'is not there', 'start it'),
    ok('second', 'there'),
    failureFinding('third', new TypeError('x is not a function')),
  ]);
  expect(await runCheck('one', async () => [ok('a', ''), ok('b', '')])).toHaveLength(2);
});
