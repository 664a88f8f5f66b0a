import { expect, test } from '@jest/globals';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { cleanMessage } from '../../../src/slack/api/clean-message.ts';

test('only what people read of a message is cleaned, and no mention, date or id in it breaks', () => {
  const redactor = createRedactor();
  redactor.learn(['U0ADA', 'section', 'deploy', '12345', 'hunter2!', 'button']);
  const message = {
    text: '<@U0ADA> saw hunter2! at <!date^12345^{time}|12345>',
    blocks: [
      { type: 'section', block_id: 'deploy', text: { type: 'mrkdwn', text: 'U0ADA: hunter2!' } },
      {
        type: 'button',
        action_id: 'deploy',
        value: '{"d":"12345"}',
        text: { type: 'plain_text', text: 'hunter2!' },
      },
      { type: 'plan', title: 'hunter2!', tasks: [{ task_id: 'deploy', title: 'deploy' }] },
    ],
  };
  expect(cleanMessage(redactor, message)).toEqual({
    text: '<@U0ADA> saw [secret] at <!date^12345^{time}|12345>',
    blocks: [
      { type: 'section', block_id: 'deploy', text: { type: 'mrkdwn', text: '[secret]: [secret]' } },
      {
        type: 'button',
        action_id: 'deploy',
        value: '{"d":"12345"}',
        text: { type: 'plain_text', text: '[secret]' },
      },
      { type: 'plan', title: '[secret]', tasks: [{ task_id: 'deploy', title: '[secret]' }] },
    ],
  });
});
