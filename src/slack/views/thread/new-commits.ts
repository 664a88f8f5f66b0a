// Lists the commits that a failed release brought, so that people know whom to ask.
import type { KnownBlock } from '@slack/types';
import type { FailureCode } from '../../../deploy/record/codes.ts';
import type { Facts } from '../../../deploy/record/facts.ts';
import type { FailureRecord } from '../../../deploy/record/errors.ts';
import { section } from '../parts/blocks.ts';
import { capped, code, quoted } from '../parts/text.ts';

/** Failures of the running release, which are probably caused by its code. */
const OF_THE_CODE: ReadonlySet<string> = new Set<FailureCode>([
  'unhealthy',
  'service-dies',
  'died-since',
  'degraded',
  'smoke-test',
]);

/** Returns nothing if a stack trace names the commit already (`blame`), or if the code is not the cause. */
export function newCommits({ blame, code: failed }: FailureRecord, facts: Facts): KnownBlock[] {
  const { commits = [] } = facts;
  if (blame !== undefined || !OF_THE_CODE.has(failed) || commits.length === 0) return [];
  const each = commits.map(
    ({ sha, subject, author }) =>
      `${code(sha.slice(0, 7), 7)} ${quoted(subject, 100)} (${quoted(author, 60)})`,
  );
  return [section(`New in this release: ${capped(each, 3, 700).join(', ')}.`)];
}
