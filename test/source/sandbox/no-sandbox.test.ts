import { expect, test } from '@jest/globals';
import { type Machine, explainNoSandbox } from '../../../src/source/sandbox/no-sandbox.ts';

const machine = (settings: Record<string, string> = {}, more: Partial<Machine> = {}): Machine => ({
  setting: (name) => settings[name],
  container: false,
  root: false,
  ...more,
});
const refused = 'unshare: write failed /proc/self/uid_map: Operation not permitted';

test.each([
  [
    { 'kernel/apparmor_restrict_unprivileged_userns': '1' },
    'apparmor_restrict_unprivileged_userns=0',
  ],
  [{ 'kernel/unprivileged_userns_clone': '0' }, 'unprivileged_userns_clone=1'],
  [{ 'user/max_user_namespaces': '0' }, 'max_user_namespaces=10000'],
  [{}, 'docs/explanation/checks.md'],
])('without user namespaces by %j', (settings, next) => {
  expect(explainNoSandbox(`${refused}\n`, machine(settings))).toEqual({
    why: refused,
    next: expect.stringContaining(next),
  });
});

test('in a container the fix is in its settings', () => {
  const settings = { 'kernel/apparmor_restrict_unprivileged_userns': '1' };
  const { next } = explainNoSandbox(refused, machine(settings, { container: true }));
  expect(next).toContain('systempaths=unconfined');
});

test.each([
  ['sh: 1: exec: setpriv: not found', 'util-linux'],
  ['cp: error writing: No space left on device', 'memory_mb'],
  ['/opt/venv does not exist', 'read'],
])('%s', (said, next) => {
  expect(explainNoSandbox(said, machine({}, { root: true })).next).toContain(next);
});

test('the name and the line of a script of argo-bot are left out', () => {
  const said = 'room: 105: cannot create /proc/sys/user/max_user_namespaces: Permission denied';
  expect(explainNoSandbox(said, machine()).why).toBe(
    'cannot create /proc/sys/user/max_user_namespaces: Permission denied',
  );
});

test('silence is told as such', () => {
  expect(explainNoSandbox('', machine()).why).toBe('its programs wrote nothing');
});
