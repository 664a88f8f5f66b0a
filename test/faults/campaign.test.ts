import { expect, test } from '@jest/globals';
import { faults } from '../../faults/all.ts';
import { campaign } from '../../faults/campaign.ts';
import type { Fault } from '../../faults/fault.ts';
import { lastLine } from '../../faults/report.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** One of each kind; `npm run faults` plays them all. */
const some = [
  'module-dropped-by-a-rule',
  'key-too-short',
  'health-fails-at-request-time',
  'exits-while-people-decide',
  'config-edited-on-the-host',
];

/** Says that what is fine would be stopped: the harness itself must notice. */
const planted: Fault = {
  name: 'nothing-is-wrong',
  breaks: () => Promise.resolve(() => Promise.resolve()),
  stage: 'files',
  code: 'files-missing',
  says: /is missing/,
};

describeOnHosts('the campaign of faults', () => {
  test(
    'stops one of each kind, and does not pass what nobody stops',
    async () => {
      const rows = faults.filter(({ name }) => some.includes(name));
      expect(rows).toHaveLength(some.length);
      const said: string[] = [];
      const played = await campaign([...rows, planted], (line) => said.push(line));
      const wrong = played.slice(0, -1).flatMap((one) => one.wrong);
      expect(wrong).toEqual([]);
      expect(played.at(-1)?.wrong).toContain('nobody stopped it: the approval was asked');
      expect(lastLine(played)).toBe(`${some.length} passed, 1 failed`);
      expect(said).toHaveLength(some.length + 2);
    },
    bootTimeoutMs + 120_000,
  );
});
