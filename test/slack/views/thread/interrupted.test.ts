import { expect, test } from '@jest/globals';
import { interrupted } from '../../../../src/slack/views/thread/interrupted.ts';
import { stageLog } from '../../../../src/slack/views/thread/stage-log.ts';

test.each([
  ['⚪ *engine → idle slot* in prod · waiting', '/argo deploy'],
  ['🔵 *engine → blue* in prod (dry run) · 1/5 Checks', '/argo deploy --dry-run'],
  ['🟠 *engine ↩ previous release* in prod · 0/7 Host reservation', '/argo rollback'],
  ['🔵 *engine: restart of the live release* in prod · 1/10', '/argo restart'],
])('the summary %s is told to be interrupted, with the command that repeats it', (was, command) => {
  expect(interrupted(was, undefined).text).toContain(`*Next:* \`${command}\`.`);
});

test('an empty log is not called whole', () => {
  expect(JSON.stringify(stageLog('checks', '').blocks)).not.toContain('whole log');
  expect(JSON.stringify(stageLog('checks', 'one line').blocks)).toContain('whole log');
});
