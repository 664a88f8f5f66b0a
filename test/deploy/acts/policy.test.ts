import { describe, expect, test } from '@jest/globals';
import { approvalsNeeded } from '../../../src/deploy/acts/approval.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { policy, type Action } from '../../../src/deploy/acts/policy.ts';
import { journal } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';

const CHANNEL = 'C0OPS';
/** The deployment was asked for by U0ADA. */
const deployment = fold(journal());
const actions = {
  deploy: { kind: 'deploy' },
  rollback: { kind: 'rollback' },
  cancel: { kind: 'cancel', deployment },
  decide: { kind: 'decide', deployment },
  acknowledge: { kind: 'acknowledge' },
  unlock: { kind: 'unlock' },
  read: { kind: 'read' },
} satisfies Record<string, Action>;
type Kind = keyof typeof actions;
const kinds: Kind[] = ['deploy', 'rollback', 'cancel', 'decide', 'acknowledge', 'unlock', 'read'];

const roles = {
  deploy: ['U0DEPLOYER', 'U0ADA'],
  approve: ['U0APPROVER', 'U0ADA'],
  rollback: ['U0ROLLER'],
  unlock: ['U0UNLOCKER'],
};

interface Given {
  access?: object;
  fourEyes?: boolean;
  groups?: string[];
  channel?: string;
}

function may(user: string, given: Given = {}): Kind[] {
  const { access = roles, fourEyes = true, groups = [], channel = CHANNEL } = given;
  const target = targetWith({
    environment: {
      access: { channels: [CHANNEL], ...access },
      approval: { four_eyes: fourEyes },
    },
  });
  return kinds.filter(
    (kind) => policy({ user, groups }, channel, actions[kind], target).kind === 'allowed',
  );
}

describe('who may do what', () => {
  test.each<[string, string, Given, Kind[]]>([
    ['a stranger looks', 'U0NOBODY', {}, ['read']],
    ['a deployer deploys and stops deployments', 'U0DEPLOYER', {}, ['deploy', 'cancel', 'read']],
    ['an approver decides', 'U0APPROVER', {}, ['decide', 'read']],
    [
      'whoever may roll back may say that an alert is seen',
      'U0ROLLER',
      {},
      ['rollback', 'acknowledge', 'read'],
    ],
    ['an unlocker unlocks', 'U0UNLOCKER', {}, ['unlock', 'read']],
    ['nobody decides on what they asked for', 'U0ADA', {}, ['deploy', 'cancel', 'read']],
    [
      'without four eyes they do',
      'U0ADA',
      { fourEyes: false },
      ['deploy', 'cancel', 'decide', 'read'],
    ],
    [
      'one may stop what one asked for without any role',
      'U0ADA',
      { access: {} },
      ['cancel', 'read'],
    ],
    ['four eyes alone make nobody an approver', 'U0BEN', { access: {}, fourEyes: false }, ['read']],
    [
      'a group counts for its members',
      'U0BEN',
      { access: { deploy: ['S0OPS'] }, groups: ['S0OPS'] },
      ['deploy', 'cancel', 'read'],
    ],
    [
      'a group that one is not in does not',
      'U0BEN',
      { access: { deploy: ['S0OPS'] }, groups: ['S0DEV'] },
      ['read'],
    ],
    ['nobody is a group by its id', 'S0OPS', { access: { deploy: ['S0OPSX'] } }, ['read']],
    [
      'nobody does anything in another channel, not even look',
      'U0DEPLOYER',
      { channel: 'C0RANDOM' },
      [],
    ],
    [
      'nobody does anything where no channel is named',
      'U0DEPLOYER',
      { access: { ...roles, channels: [] } },
      [],
    ],
    [
      'four eyes hold in a group too',
      'U0ADA',
      { access: { approve: ['S0OPS'] }, groups: ['S0OPS'] },
      ['cancel', 'read'],
    ],
  ])('%s', (_name, user, given, allowed) => {
    expect(may(user, given)).toEqual(allowed);
  });

  test.each<Kind>(['deploy', 'rollback', 'decide', 'acknowledge', 'unlock'])(
    'an empty list denies everybody: %s',
    (kind) => {
      const target = targetWith({ environment: { access: { channels: [CHANNEL] } } });
      const verdict = policy({ user: 'U0BEN', groups: ['S0OPS'] }, CHANNEL, actions[kind], target);
      expect(verdict).toEqual({
        kind: 'denied',
        reason: expect.stringContaining('is empty. Add people'),
      });
    },
  );

  test('a refusal says who could, and where that is written', () => {
    const target = targetWith();
    expect(policy({ user: 'U0NO', groups: [] }, CHANNEL, actions.deploy, target)).toEqual({
      kind: 'denied',
      reason: expect.stringContaining('needs the deploy role'),
      ask: target.place.access.deploy,
    });
    expect(policy({ user: 'U0ADA', groups: [] }, CHANNEL, actions.decide, target)).toEqual({
      kind: 'denied',
      reason: expect.stringContaining('your own deployment'),
      ask: target.place.access.approve.filter((id) => id !== 'U0ADA'),
    });
    expect(policy({ user: 'U0ADA', groups: [] }, 'C0X', actions.read, target)).toEqual({
      kind: 'denied',
      reason: 'engine in production cannot be operated from this channel.',
      channels: ['C0OPS'],
    });
  });
});

const writtenBy = (user: string): Action => ({
  kind: 'decide',
  deployment,
  authors: new Set([user]),
});

describe('approvals of several', () => {
  const access = { ...roles, break_glass: ['U0CAPTAIN', 'U0ADA'], channels: [CHANNEL] };
  const approval = { authors: 'may_not_approve' };
  const target = targetWith({ environment: { access, approval } });
  const verdict = (user: string, action: Action) =>
    policy({ user, groups: [] }, CHANNEL, action, target).kind;

  test('an author cannot approve, another approver can', () => {
    expect(verdict('U0APPROVER', writtenBy('U0APPROVER'))).toBe('denied');
    expect(verdict('U0APPROVER', writtenBy('U0OTHER'))).toBe('allowed');
  });

  test('the glass is broken by those whom argo.yml names, also for what they asked for', () => {
    expect(verdict('U0CAPTAIN', { kind: 'break-glass' })).toBe('allowed');
    expect(verdict('U0ADA', { kind: 'break-glass' })).toBe('allowed');
    expect(verdict('U0APPROVER', { kind: 'break-glass' })).toBe('denied');
  });

  test('authors are excluded only together with who asked', () => {
    const changes = { environment: { approval: { ...approval, four_eyes: false } } };
    expect(() => targetWith(changes)).toThrow('may_not_approve needs four_eyes: true');
  });

  test('an author whom nobody knows costs one more approval, however many there are', () => {
    expect(approvalsNeeded(target, 0)).toBe(1);
    expect(approvalsNeeded(target, 1)).toBe(2);
    expect(approvalsNeeded(target, 7)).toBe(2);
  });
});
