/** What people read of real failures: journals that `npm run faults -- --record` has written, as the views show them now. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readable } from '../../../sandbox/transcript.ts';
import { isRecord } from '../../../sandbox/workspace/model.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { JournalEvent } from '../../../src/deploy/record/journal-event.ts';
import { messagesOf } from '../../../src/slack/views/messages.ts';
import type { PaintedView } from '../../../src/slack/views/parts/painted-view.ts';
import { problemsOf } from '../../support/slack-limits.ts';
import { golden, GOLDEN } from './table/golden.ts';
import { targetOf } from './table/drawn.ts';

const folder = new URL('recorded/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

test.each(names)('%s', (name) => {
  const json: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const events = z.array(JournalEvent).parse(json);
  const asked = events.findIndex(({ type }) => type === 'gate-opened');
  const alerted = events.findLastIndex(({ type }) => type === 'alerted');
  const shown = [
    ...(asked === -1 ? [] : ['=== approval card', ...messagesAfter(asked + 1, 'approval')]),
    ...(alerted === -1 ? [] : ['=== alert', ...messagesAfter(alerted + 1, 'alert-')]),
    '=== at the end',
    ...messagesAfter(events.length, ''),
  ].join('\n\n');
  expect(`${shown}\n`).toBe(golden(`faults/${name}`, `${shown}\n`));

  function messagesAfter(count: number, key: string): string[] {
    const d = fold(events.slice(0, count));
    const { service, environment } = d.request;
    const target = targetOf(service, environment);
    // At least as many checks as the journal has, because argo.yml of that time declared them.
    const rounds = new Set(
      events.flatMap((one) => (one.type === 'checked' ? one.checks : [])).map(({ at }) => at),
    );
    const watch = {
      ...target.place.watch,
      checks: Math.max(target.place.watch.checks, rounds.size),
    };
    const declared = { ...target, place: { ...target.place, watch } };
    const all = messagesOf(d, { target: declared, style: 'plan' });
    expect(problemsOf(all)).toEqual([]);
    return all.filter((view) => view.key.startsWith(key)).map(read);
  }
});

test('no golden file is left of a journal that is gone', () => {
  const files = readdirSync(`${GOLDEN}/faults`).toSorted();
  expect(files).toEqual(names.map((name) => `${name}.txt`).toSorted());
});

function read({ text, blocks }: PaintedView): string {
  const all: readonly unknown[] = blocks;
  return readable({ text, blocks: all.filter(isRecord) });
}
