// Says on the approval card which authors must not approve, and which are unknown in Slack.
import type { ViewContext } from '../parts/painted-view.ts';
import { mentions } from '../parts/people.ts';
import { capped, counted, quoted } from '../parts/text.ts';

/** `most`: approvals needed, one of them because of unknown authors; undefined if argo.yml has no such service. */
export function authorLines(authors: ViewContext['authors'], most: number | undefined): string[] {
  if (authors === undefined) return [];
  if (authors === 'unknown')
    return ['⚠️ Slack did not name the authors. argo-bot checks each approver when they click.'];
  const { people, unmatched } = authors;
  const wrote =
    people.size > 0
      ? [`${mentions([...people])} wrote these commits and cannot approve them.`]
      : [];
  if (unmatched.length === 0) return wrote;
  const names = unmatched.map(({ name, email }) =>
    quoted(email ? `${name} <${email}>` : name, 120),
  );
  const listed = capped(names, 8, 900).join(', ');
  return [
    ...wrote,
    `⚠️ These authors are unknown in Slack: ${listed}, so ${most === undefined ? 'one more person must approve' : `${counted(most, 'approval is', 'approvals are')} needed instead of ${most - 1}`}.`,
  ];
}
