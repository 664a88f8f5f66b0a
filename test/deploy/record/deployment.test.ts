import { describe, expect, test } from '@jest/globals';
import { openGate, runningStage, type Deployment } from '../../../src/deploy/record/deployment.ts';
import { stageOf } from '../../support/stage-of.ts';
import { openAlert } from '../../../src/deploy/record/alerts.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import type { DeploymentEvent, Ending, Phase } from '../../../src/deploy/record/events.ts';
import { nextMove, type NextMove } from '../../../src/deploy/acts/next-move.ts';
import { stagesOf } from '../../../src/deploy/record/plan.ts';
import {
  DIGEST,
  done,
  failed,
  finished,
  phaseStarted,
  prepared,
  switched,
} from '../../support/events.ts';
import { journal, request } from '../../support/stage-context.ts';

const at = 1_000;
const cancel: DeploymentEvent = { type: 'cancel-requested', at, by: 'U0ADA' };
const approved: DeploymentEvent = { type: 'approved', at, by: 'U0BEN', digest: DIGEST };
const rejected: DeploymentEvent = { type: 'rejected', at, by: 'U0BEN', reason: 'not today' };
const expired: DeploymentEvent = { type: 'expired', at };
const voided: DeploymentEvent = { type: 'approval-invalidated', at, reason: 'the hosts moved' };
const phaseDone = (phase: Phase): DeploymentEvent => ({ type: 'phase-done', at, phase });
const goBack = (by?: string): DeploymentEvent => ({
  type: 'rollback-requested',
  at,
  reason: 'errors',
  ...(by ? { by } : {}),
});
const told = (...events: (DeploymentEvent | DeploymentEvent[])[]): Deployment =>
  fold(journal(...events));
const names = (phase: Phase): string[] => stagesOf(request(), phase).map(({ name }) => name);
const through = (phase: Phase): DeploymentEvent[] => [
  phaseStarted(phase),
  ...names(phase).flatMap((name) => done(name)),
  phaseDone(phase),
];

describe('a journal', () => {
  test('begins with the request, or it is none', () => {
    expect(() => fold([])).toThrow('begins with requested');
    expect(() => fold([cancel])).toThrow('begins with requested');
  });

  test('of another version may name a stage that the plan does not have: it is shown in its phase', () => {
    const d = told(phaseStarted('prepare'), done('teleport', 'beamed'), cancel);
    expect(stageOf(d, 'teleport')).toMatchObject({
      title: 'teleport',
      phase: 'prepare',
      status: 'done',
      summary: 'beamed',
    });
    expect(d.stages[names('prepare').length]?.name).toBe('teleport');
    const broken = told(prepared(), approved, phaseStarted('release'), failed('teleport'));
    expect(broken).toMatchObject({ due: 'cleanup', ending: 'voided' });
    expect(told(prepared(), approved, done('teleport'), finished('failed')).finished).toBeDefined();
  });

  test('counts its entries as the version', () => {
    expect(told(phaseStarted('prepare'), done('source')).version).toBe(4);
  });

  test('cannot decide on a gate that was never opened', () => {
    expect(() => told(approved)).toThrow('needs a gate');
  });
});

describe('the checklist', () => {
  test('lists the stages of the plan in order, and no rollback before there is one', () => {
    const d = told();
    expect(d.stages.map(({ name }) => name)).toEqual(
      (['prepare', 'release', 'watch'] as const).flatMap(names),
    );
    expect(d.stages.every(({ status }) => status === 'pending')).toBe(true);
  });

  test('shows what a stage learned, how long it took and its warnings', () => {
    const entries = done('source', '1a2b3c4 Cache', {
      ms: 42,
      warnings: ['look'],
      facts: { release: 'r1' },
    });
    const d = told(phaseStarted('prepare'), entries);
    expect(stageOf(d, 'source')).toMatchObject({
      status: 'done',
      ms: 42,
      summary: '1a2b3c4 Cache',
      warnings: ['look'],
    });
    expect(d.facts.release).toBe('r1');
  });

  test('keeps the first start of a stage that a second worker took up again', () => {
    const d = told(
      phaseStarted('prepare'),
      { type: 'intent', at: 5, stage: 'source' },
      phaseStarted('prepare'),
      { type: 'intent', at: 9, stage: 'source' },
    );
    expect(runningStage(d)).toMatchObject({ name: 'source', startedAt: 5 });
    expect(d.starts).toBe(2);
  });

  test('shows a skipped stage as skipped', () => {
    const d = told({
      type: 'done',
      at,
      stage: 'smoke',
      ms: 1,
      summary: 'none declared',
      warnings: [],
      skipped: true,
      facts: {},
    });
    expect(stageOf(d, 'smoke').status).toBe('skipped');
  });
});

interface Story {
  tells: string;
  events: (DeploymentEvent | DeploymentEvent[])[];
  due: Phase | undefined;
  ending?: Ending;
}

const inPrepare = (stage: string): Story => ({
  tells: `${stage} fails: the hosts are cleaned up and it ends as failed`,
  events: [phaseStarted('prepare'), failed(stage)],
  due: 'cleanup',
  ending: 'failed',
});
const afterSwitch = (stage: string): Story => ({
  tells: `${stage} fails after the switch began: traffic goes back`,
  events: [
    prepared(),
    approved,
    phaseStarted('release'),
    done('recheck'),
    stage === 'switch' ? [] : done('switch'),
    failed(stage),
  ],
  due: 'rollback',
  ending: 'rolled-back',
});

const stories: Story[] = [
  { tells: 'a request is due to be prepared', events: [], due: 'prepare' },
  { tells: 'a gate is open: nothing is due', events: [prepared()], due: undefined },
  { tells: 'an approval makes the release due', events: [prepared(), approved], due: 'release' },
  {
    tells: 'after the release comes the watch',
    events: [prepared(), approved, through('release')],
    due: 'watch',
  },
  {
    tells: 'after the watch nothing is due',
    events: [prepared(), switched(), finished('succeeded')],
    due: undefined,
  },
  ...names('prepare').map(inPrepare),
  {
    tells: 'the recheck fails: nothing moved, so the approval is void and the hosts cleaned up',
    events: [prepared(), approved, phaseStarted('release'), failed('recheck')],
    due: 'cleanup',
    ending: 'voided',
  },
  ...['switch', 'confirm', 'sync'].map(afterSwitch),
  {
    tells: 'the watch asks for the way back',
    events: [prepared(), switched(), goBack()],
    due: 'rollback',
    ending: 'rolled-back',
  },
  {
    tells: 'tidying up fails after the watch: users stay on the release, which is well',
    events: [prepared(), switched(), done('watch'), failed('finish')],
    due: 'watch',
  },
  {
    tells: 'a person asks for the way back while the traffic is being switched',
    events: [
      prepared(),
      approved,
      phaseStarted('release'),
      done('recheck'),
      { type: 'intent', at, stage: 'switch' },
      goBack('U0BEN'),
    ],
    due: 'rollback',
    ending: 'rolled-back',
  },
  {
    tells: 'a rollback that fails leaves nothing due: a person must look',
    events: [prepared(), switched(), goBack(), phaseStarted('rollback'), failed('switch-back')],
    due: undefined,
    ending: 'rollback-failed',
  },
  {
    tells: 'a cleanup that fails leaves nothing due',
    events: [phaseStarted('prepare'), failed('checks'), phaseStarted('cleanup'), failed('cleanup')],
    due: undefined,
    ending: 'failed',
  },
  ...(
    [
      ['rejected', rejected],
      ['expired', expired],
      ['voided', voided],
    ] as const
  ).map(([ending, event]) => ({
    tells: `a gate that is ${ending} is followed by the cleanup`,
    events: [prepared(), event],
    due: 'cleanup' as const,
    ending,
  })),
  {
    tells: 'a cancel before any worker has begun: the cleanup is due at once',
    events: [cancel],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel while a worker prepares waits for that worker',
    events: [phaseStarted('prepare'), { type: 'intent', at, stage: 'source' }, cancel],
    due: 'prepare',
  },
  {
    tells: 'a cancel while a worker prepares: its next stage fails and it ends as cancelled',
    events: [phaseStarted('prepare'), cancel, failed('source', { code: 'cancelled' })],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel that came with the last stage of prepare opens no gate',
    events: [
      phaseStarted('prepare'),
      names('prepare').flatMap((name) => done(name)),
      cancel,
      phaseDone('prepare'),
    ],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel while the gate is open',
    events: [prepared(), cancel],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel after the approval, before a worker took the release',
    events: [prepared(), approved, cancel],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel during the recheck: nothing moved, so it is a cancel and not a rollback',
    events: [prepared(), approved, phaseStarted('release'), cancel, failed('recheck')],
    due: 'cleanup',
    ending: 'cancelled',
  },
  {
    tells: 'a cancel just before the switch, which was refused without an intent',
    events: [
      prepared(),
      approved,
      phaseStarted('release'),
      done('recheck'),
      cancel,
      failed('switch').slice(1),
    ],
    due: 'cleanup',
    ending: 'cancelled',
  },
];

describe('what is due', () => {
  test.each(stories)('$tells', ({ events, due, ending }) => {
    const d = told(...events);
    expect({ due: d.due, ending: d.ending }).toEqual({ due, ending });
  });

  test('a dry run is prepared and is over', () => {
    const asked = request({ dryRun: true });
    const d = fold([
      { type: 'requested', at, id: 'd1', request: asked },
      phaseStarted('prepare'),
      ...stagesOf(asked, 'prepare').flatMap(({ name }) => done(name)),
      phaseDone('prepare'),
      finished('dry-run'),
    ]);
    expect(d).toMatchObject({ due: undefined, finished: { ending: 'dry-run' } });
    expect(d.stages.map(({ name }) => name)).not.toContain('upload');
  });

  test('a rollback by hand claims the hosts first and has no gate', () => {
    const asked = request({ kind: 'rollback' });
    const d = fold([{ type: 'requested', at, id: 'd1', request: asked }]);
    expect(d.due).toBe('rollback');
    expect(d.stages.map(({ name }) => name)).toEqual(['claim', ...names('rollback')]);
  });
});

describe('a decision', () => {
  const second = [approved, rejected, expired, voided];
  test.each(second)('stands, whatever $type says afterwards', (event) => {
    const d = told(prepared(), { ...rejected, by: 'U0FIRST' }, event);
    expect(d.gate?.decision).toMatchObject({ kind: 'rejected', by: 'U0FIRST' });
    expect(d.due).toBe('cleanup');
  });

  test('closes the gate', () => {
    expect(openGate(told(prepared()))?.digest).toBe(DIGEST);
    expect(openGate(told(prepared(), approved))).toBeUndefined();
    expect(openGate(told(prepared(), cancel))).toBeUndefined();
  });
});

describe('a finished deployment', () => {
  const after: DeploymentEvent[] = [
    cancel,
    goBack('U0BEN'),
    approved,
    phaseStarted('watch'),
    finished('failed'),
    ...failed('watch'),
  ];
  test.each(after)('is not moved by a late $type', (event) => {
    const d = told(prepared(), switched(), finished('succeeded'), event);
    expect(d).toMatchObject({ due: undefined, finished: { ending: 'succeeded' } });
    expect(nextMove(d)).toEqual({ kind: 'nothing' });
    expect(d.version).toBe(told(prepared(), switched(), finished('succeeded')).version + 1);
  });
});

describe('a rollback', () => {
  test('remembers who asked and why, and ends the stage that ran', () => {
    const d = told(prepared(), switched(), goBack('U0BEN'));
    expect(d.rollback).toMatchObject({ by: 'U0BEN', reason: 'errors' });
    expect(stageOf(d, 'watch')).toMatchObject({ status: 'failed', summary: 'errors' });
    const last = d.stages.slice(-names('rollback').length);
    expect(last.map(({ name }) => name)).toEqual(names('rollback'));
  });

  test('after a failure says the failure as its reason', () => {
    const message = 'confirm exited 1 on host-1';
    const d = told(prepared(), approved, done('switch'), failed('confirm', { message }));
    expect(d.rollback?.reason).toBe(message);
  });

  test('that is asked for twice is one rollback', () => {
    const d = told(prepared(), switched(), goBack(), phaseStarted('rollback'), goBack('U0BEN'));
    expect(d.stages.filter(({ name }) => name === 'switch-back')).toHaveLength(1);
    expect(d.starts).toBe(1);
  });
});

const unwell = (reason: string, time: number): DeploymentEvent => ({
  type: 'alerted',
  at: time,
  reason,
  fingerprint: 'not-healthy',
});

describe('an alert', () => {
  const alerted: DeploymentEvent = { type: 'alerted', at, reason: 'slow' };
  test('is open until it recovers, and is acknowledged by the first who says so', () => {
    const d = told(
      prepared(),
      switched(),
      alerted,
      { type: 'acknowledged', at, by: 'U0ADA' },
      { type: 'acknowledged', at, by: 'U0BEN' },
    );
    expect(openAlert(d)).toMatchObject({ reason: 'slow', acknowledgedBy: 'U0ADA' });
    expect(
      openAlert(told(prepared(), switched(), alerted, { type: 'recovered', at })),
    ).toBeUndefined();
  });

  test('that is raised again is the same one, counted, and news for everybody', () => {
    const d = told(
      prepared(),
      switched(),
      unwell('two checks', 5),
      { type: 'acknowledged', at: 6, by: 'U0ADA' },
      { type: 'snoozed', at: 6, by: 'U0ADA', until: 900 },
      { type: 'recovered', at: 7 },
      // Too late: it has recovered.
      { type: 'acknowledged', at: 8, by: 'U0BEN' },
      unwell('three checks', 9),
      { type: 'alerted', at: 10, reason: 'cannot tell' },
    );
    expect(d.alerts).toEqual([
      { fingerprint: 'not-healthy', reason: 'three checks', at: 5, raisedAt: 9, count: 2 },
      { fingerprint: 'cannot tell', reason: 'cannot tell', at: 10, raisedAt: 10, count: 1 },
    ]);
  });

  test('is closed by a rollback and by the end', () => {
    expect(openAlert(told(prepared(), switched(), alerted, goBack()))).toBeUndefined();
    expect(openAlert(told(prepared(), switched(), alerted, finished('succeeded')))).toBeUndefined();
  });
});

describe('the next move', () => {
  test.each([
    ['a due phase is run', [], { kind: 'run', phase: 'prepare' }],
    ['an open gate expires', [prepared({ expiresAt: 77 })], { kind: 'expire', at: 77 }],
    ['an approved release is run', [prepared(), approved], { kind: 'run', phase: 'release' }],
    ['a cancelled gate is cleaned up', [prepared(), cancel], { kind: 'run', phase: 'cleanup' }],
    ['the end is the end', [finished('failed')], { kind: 'nothing' }],
  ] satisfies [string, (DeploymentEvent | DeploymentEvent[])[], NextMove][])(
    '%s',
    (_name, events, move) => {
      expect(nextMove(told(...events))).toEqual(move);
    },
  );
});
