/** A failure with any code, and a commit whose words try to format and to mention. */
import type { FailureRecord } from '../../../../src/deploy/record/errors.ts';

export const failed = (code: string): FailureRecord => ({
  code,
  message: 'it ended',
  next: 'fix it.',
});

export const commit = {
  sha: '1a2b3c4d5e6f7890',
  author: 'Ada <!channel>',
  subject: 'Retry *all* orders',
  at: 0,
};
