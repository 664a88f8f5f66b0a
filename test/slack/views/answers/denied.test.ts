import { expect, test } from '@jest/globals';
import { denied } from '../../../../src/slack/views/answers/answers.ts';

test.each([
  [['U0ADA'], 'Ask <@U0ADA>.'],
  [['U0ADA', 'U0BEN'], 'Ask <@U0ADA> or <@U0BEN>.'],
  [['U0ADA', 'U0BEN', 'S0OPS'], 'Ask <@U0ADA>, <@U0BEN> or <!subteam^S0OPS>.'],
])('a refusal names whom to ask: %j', (ask, said) => {
  expect(denied('You cannot do this.', ask).text).toContain(said);
});
