import { expect, test } from '@jest/globals';
import { allTargets, findTarget } from '../../../../src/deploy/settings/settings.ts';
import { nextStep, unlockStep, withFlags } from '../../../../src/slack/views/parts/next-step.ts';
import { locked } from '../../../../src/slack/views/answers/locks.ts';
import { settings } from '../../../support/settings.ts';

function flagsOf(more: string[]): string | undefined {
  const found = findTarget(settings(more), 'argo-trading', 'production');
  return found.kind === 'found' ? found.target.flags : 'not found';
}

test('a command names the service only if there is more than one', () => {
  expect(flagsOf([])).toBe('');
  expect(flagsOf(['second'])).toBe('--service argo-trading');
  expect(allTargets(settings(['second'])).map(({ flags }) => flags)).toEqual([
    '--service argo-trading',
    '--service second',
  ]);
});

const target = { flags: '--env staging' };

test.each([
  ['fix it, then `/argo retry`.', '*Next:* fix it, then `/argo retry --env staging`.'],
  ['`/argo rollback r1`.', '*Next:* `/argo rollback r1 --env staging`.'],
  ['`/argo logs --env other`.', '*Next:* `/argo logs --env other`.'],
  ['`/argo unfreeze`.', '*Next:* `/argo unfreeze`.'],
  ['Run `sudo nginx -t`.', '*Next:* run `sudo nginx -t`.'],
])('%s', (next, shown) => {
  expect(nextStep(next, target)).toBe(shown);
});

test('without other targets, and without one, commands stay as they are', () => {
  expect(withFlags('`/argo retry`', { flags: '' })).toBe('`/argo retry`');
  expect(withFlags('`/argo retry`')).toBe('`/argo retry`');
});

test('the answer about a lock can be pasted', () => {
  const place = { service: 'argo-trading', environment: 'staging', ...target };
  const { text } = locked(place, { reason: 'audit', by: 'U0ADA', at: 0 });
  expect(text).toContain('`/argo unlock --env staging`');
});

test('nobody is told to ask themselves about their own lock', () => {
  const lock = { by: 'U0ADA', until: undefined };
  expect(unlockStep(lock, undefined, 'U0BEN')).toBe(
    '*Next:* ask <@U0ADA> whether the reason still holds, then `/argo unlock`.',
  );
  expect(unlockStep(lock, undefined, 'U0ADA')).toBe(
    '*Next:* check that your reason no longer holds, then `/argo unlock`.',
  );
});
