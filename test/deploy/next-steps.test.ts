import { usersSentence } from '../../src/slack/views/parts/watch-words.ts';
import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../src/deploy/record/deployment.ts';
import { stageOf } from '../support/stage-of.ts';
import type { FailureRecord } from '../../src/deploy/record/errors.ts';
import { play, started } from '../support/play.ts';
import { request } from '../support/stage-context.ts';

const OLDER = '20261101-090000-aaaaaaa';

const failureAt = (d: Deployment, stage: string): FailureRecord | undefined =>
  stageOf(d, stage).failure;

async function goingBack(ref: string | undefined) {
  const p = await play({ request: { kind: 'rollback', ...(ref === undefined ? {} : { ref }) } });
  p.host.releases.set(OLDER, 'good');
  return p;
}

describe('a rollback by hand', () => {
  test.each([
    ['to a release that nobody has', 'typo', 'no-release-to-return-to'],
    ['to what is live already', 'old', 'already-live'],
  ])('%s has failed, touched nothing and locks nothing', async (_name, ref, code) => {
    const p = await goingBack(ref);
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(d.ending).toBe('failed');
    expect(failureAt(d, 'claim')).toMatchObject({ code });
    expect(p.host.scripts).not.toContain('switch');
    expect(await p.records.readLock(request())).toBeUndefined();
  });

  test('whose release does not come up says where users are', async () => {
    const p = await goingBack(OLDER);
    p.host.answers = (release) => (release === OLDER ? { status: 500 } : {});
    const failure = failureAt(await p.go(), 'return-slot');
    expect(failure?.next).toContain('still on the bad release');
    expect(failure?.next).not.toContain('old release');
  });

  test('that users cannot reach does not promise that anything follows', async () => {
    const p = await goingBack(OLDER);
    p.host.answers = (release, { port }) =>
      release === OLDER && port === '' ? { status: 502 } : {};
    const failure = failureAt(await p.go(), 'confirm-back');
    expect(failure?.next).not.toMatch(/argo-bot (?:rolls|is rolling) back/);
    expect(failure?.next).toMatch(/on host-1, `sudo tail .*then `\/argo rollback`/);
  });
});

test('a deployment that does not come up says that users are where they were', async () => {
  const p = await play();
  p.host.answers = (release) => (release === 'old' ? {} : { status: 500 });
  const d = await p.go();
  expect(failureAt(d, 'health')?.next).toContain('`/argo deploy`');
  expect(usersSentence(d)).toBe('Users are still on `old`.');
});

test('workers that keep dying are no fault of the plan: the code says so, and what to look at', async () => {
  const p = await play();
  await p.records.append(p.id, ...[0, 0, 0, 0, 0].map(started));
  expect(failureAt(await p.go(), 'source')).toMatchObject({
    code: 'crash-loop',
    next: expect.stringContaining('find out why the workers crash'),
  });
});

test('a claim that cannot reach its host leaves a rollback by hand undone', async () => {
  const p = await goingBack(OLDER);
  p.host.on['claim'] = () => Promise.reject(new Error('refused'));
  expect((await p.go()).finished?.ending).toBe('failed');
});
