import { expect, test } from '@jest/globals';
import { nextAfterLock } from '../../../src/deploy/host/restart-hosts.ts';

test.each([
  [
    'fix what the log shows, commit and push, then `/argo deploy`.',
    'fix what the log shows, commit and push; then `/argo unlock` and `/argo deploy`.',
  ],
  [
    'fix what is degraded; then `/argo deploy`.',
    'fix what is degraded; then `/argo unlock` and `/argo deploy`.',
  ],
  ['check the host. Then `/argo retry`.', 'check the host. Then `/argo unlock` and `/argo retry`.'],
  [
    'do what the message says on host-1, then try again.',
    'do what the message says on host-1, then `/argo unlock` and `/argo deploy`.',
  ],
  ['nothing to do.', 'nothing to do.'],
])('in a locked environment, the next step "%s" becomes "%s"', (next, unlocked) => {
  expect(nextAfterLock(next)).toBe(unlocked);
});
