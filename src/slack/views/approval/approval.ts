// Decides what the approval card shows: who may approve, changes, risks and buttons.
import type { KnownBlock } from '@slack/types';
import { approvalsNeeded } from '../../../deploy/acts/approval.ts';
import { openGate, type Deployment, type Gate } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import { changeBlocks, unitDiffFile } from './changes.ts';
import { isRestart } from './downtime.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { approvers, mentions } from '../parts/people.ts';
import { consequence, twoCopiesWarning, risks, uncheckedStages } from './risks.ts';
import { deploymentName } from '../parts/state.ts';
import { capped, code, person, quoted, when } from '../parts/text.ts';

/** Once decided, the card says by whom and has no buttons. */
export function approval(d: Deployment, view: ViewContext): PaintedView[] {
  const { target, authors } = view;
  const { gate } = d;
  if (!gate) return [];
  const open = openGate(d);
  const title = `*${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}`;
  const head = open
    ? `Approval needed: ${title}\n${asked(approvers(d, target, authors))}`
    : `${decided(gate)}: ${title}`;
  const said = [...votes(gate, needed(view), open !== undefined), ...authorLines(authors)];
  const blocks: KnownBlock[] = [
    section(head),
    ...(open ? cutBlock(d) : []),
    ...(said.length > 0 ? [section(said.join('\n'))] : []),
    ...changeBlocks(d, target),
    section(
      [
        quoted(consequence(d), 400),
        ...(open ? copiesLine(d, target) : []),
        ...uncheckedLine(d),
        ...riskLines(d),
      ].join('\n'),
    ),
    ...(open
      ? [
          buttons(d, open, target),
          context(`Expires ${when(open.expiresAt)}. Nothing live has changed so far.`),
        ]
      : []),
  ];
  // A decision is news, so that buttons without effect disappear at once.
  const news = open ? openNews(gate) : (gate.decision?.kind ?? 'closed');
  return [{ key: 'approval', where: 'thread', news, text: head, blocks }];
}

/** Comes first: an approver must see all of the unit's changes. */
function cutBlock(d: Deployment): KnownBlock[] {
  const file = unitDiffFile(d);
  if (file === undefined) return [];
  return [
    section(
      `⚠️ *The service definition changes more than fits on this card.* Read all of it before you approve: ${code(file, 80)} in this thread.`,
    ),
  ];
}

function asked(who: readonly string[]): string {
  return who.length > 0
    ? `${mentions(who)}: please approve or reject.`
    : 'Nobody may approve this: `access.approve` is empty in argo.yml, and empty denies.';
}

function openNews({ votes: given }: Gate): string {
  return given.length === 0 ? 'open' : `open ${given.length}`;
}

function needed({ target, authors }: ViewContext): number | undefined {
  const unmatched = authors && authors !== 'unknown' ? authors.unmatched.length : 0;
  return target && approvalsNeeded(target, unmatched);
}

/** Approvals with their notes; empty where the head of the card says it all. */
function votes(
  { votes: given, decision }: Gate,
  most: number | undefined,
  open: boolean,
): string[] {
  const lines = given.map(
    ({ by, at, note }) =>
      `✅ ${person(by)} at ${when(at)}${note === undefined ? '' : `: ${quoted(note, 500)}`}`,
  );
  if (open)
    return most !== undefined && most > 1
      ? [`*${given.length} of ${most} approvals*`, ...lines]
      : lines;
  const alone = given.length === 1 && given[0]?.note === undefined;
  return alone && decision?.kind === 'approved' ? [] : lines;
}

/** Authors, who must not approve, and authors who match nobody in Slack. */
function authorLines(authors: ViewContext['authors']): string[] {
  if (authors === undefined) return [];
  if (authors === 'unknown')
    return ['⚠️ Slack did not say who the authors are. Approvers are checked when they click.'];
  const { people, unmatched } = authors;
  const wrote =
    people.size > 0 ? [`Written by ${mentions([...people])}: they cannot approve.`] : [];
  if (unmatched.length === 0) return wrote;
  const names = unmatched.map(({ name, email }) =>
    quoted(email ? `${name} <${email}>` : name, 120),
  );
  const listed = capped(names, 8, 900).join(', ');
  return [
    ...wrote,
    `⚠️ These authors could not be matched with Slack: ${listed}. One more person must approve.`,
  ];
}

function uncheckedLine(d: Deployment): string[] {
  const left = uncheckedStages(d);
  return left.length > 0 ? [`*Not checked yet:* ${left.join(', ')}.`] : [];
}

function copiesLine(d: Deployment, target: Target | undefined): string[] {
  const said = twoCopiesWarning(d, target);
  return said === undefined ? [] : [quoted(said, 400)];
}

function riskLines(d: Deployment): string[] {
  return capped(
    risks(d).map((risk) => `⚠️ ${quoted(risk, 200)}`),
    8,
    1_000,
  );
}

function decided({ decision }: Gate): string {
  switch (decision?.kind) {
    case 'approved':
      return decision.brokeGlass === undefined
        ? `✅ Approved by ${person(decision.by)} at ${when(decision.at)}`
        : `🚨 Approved alone by ${person(decision.by)} at ${when(decision.at)} (break glass: ${quoted(decision.brokeGlass, 400)})`;
    case 'rejected':
      return `🚫 Rejected by ${person(decision.by)} at ${when(decision.at)} (${quoted(decision.reason, 400)})`;
    case 'expired':
      return `⌛ Expired at ${when(decision.at)}, nobody decided`;
    case 'voided':
      return `❌ Void since ${when(decision.at)} (${quoted(decision.reason, 400)})`;
    case undefined:
      return '⏹️ No longer needed';
  }
}

function buttons(d: Deployment, gate: Gate, target: Target | undefined) {
  const value = { d: d.id, g: gate.digest };
  const text = [consequence(d), ...risks(d)].join(' ');
  return actions(
    button({
      id: ids.approve,
      text: 'Approve',
      value,
      style: 'primary',
      confirm: {
        title: titleOf(d),
        text,
        yes: 'Approve',
      },
    }),
    button({ id: ids.approveWithNote, text: 'Approve with a note…', value }),
    button({ id: ids.reject, text: 'Reject', value, style: 'danger' }),
    ...((target?.place.access.break_glass.length ?? 0) > 0
      ? [button({ id: ids.breakGlass, text: 'Break glass…', value })]
      : []),
  );
}

function titleOf(d: Deployment): string {
  if (uncheckedStages(d).length > 0) return 'Install, start, and switch?';
  return isRestart(d) ? 'Restart the live service?' : 'Switch live traffic?';
}
