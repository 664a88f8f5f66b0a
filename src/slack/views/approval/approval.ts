// Builds the approval card, and the message that tells the whole channel that one person approved alone.
import type { KnownBlock } from '@slack/types';
import { approvalsNeeded } from '../../../deploy/acts/approval.ts';
import { openGate, type Deployment, type Gate } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, section } from '../parts/blocks.ts';
import { commitLine, unitDiffFile } from './changes.ts';
import { isRestart } from './downtime.ts';
import { nextStep } from '../parts/next-step.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { addressed, approvers, mentions } from '../parts/people.ts';
import { consequence, twoCopiesWarning, risks, uncheckedStages } from './risks.ts';
import { titleOf } from '../parts/state.ts';
import { ownRelease } from '../parts/watch-words.ts';
import { capped, code, counted, person, quoted, sentence, when } from '../parts/text.ts';

/** The open card fits on one screen of a phone; its button Details shows the rest. A decided card is one line. */
export function approval(d: Deployment, view: ViewContext): PaintedView[] {
  const { gate } = d;
  if (!gate) return [];
  const open = openGate(d);
  const head = open ? openHead(d, open, view) : decidedLine(d, gate);
  const blocks = open ? card(d, open, view, head) : [section(head)];
  // A change of `news` updates the message at once: after a decision, its buttons have no effect.
  const news = open ? `open ${gate.votes.length || ''}`.trim() : (gate.decision?.kind ?? 'closed');
  return [{ key: 'approval', where: 'thread', news, text: head, blocks }];
}

function openHead(d: Deployment, gate: Gate, { target, authors }: ViewContext): string {
  const who = approvers(d, target, authors);
  const decide =
    who.length > 0
      ? `${mentions(who, 3)}: approve or reject by ${when(gate.expiresAt)}.`
      : 'Nobody can approve this: `access.approve` in argo.yml is empty. Add people there, then on the bot’s machine: `sudo systemctl restart argo-bot`.';
  return `Approval needed: ${titleOf(d)}, requested by ${person(d.request.origin.user)}.\n${decide}`;
}

function card(d: Deployment, gate: Gate, view: ViewContext, head: string): KnownBlock[] {
  const { target, authors } = view;
  const unmatched = authors && authors !== 'unknown' ? authors.unmatched.length : 0;
  const needed = target && approvalsNeeded(target, unmatched);
  const votesSoFar = [...votes(gate, needed), ...authorLines(authors, needed)];
  return [
    section(head),
    section([...riskLines(d), ...commitLine(d, target), ...effectLines(d, target)].join('\n')),
    ...(votesSoFar.length > 0 ? [section(votesSoFar.join('\n'))] : []),
    buttons(d, gate, target),
  ];
}

/** Returns one line per grave risk, the gravest first, then one for all other changes, and the first warning. */
function riskLines(d: Deployment): string[] {
  const { grave, changes, warning } = risks(d);
  const file = unitDiffFile(d);
  return [
    ...grave.map((risk) => `⚠️ *${quoted(risk, 300)}*`),
    file === undefined
      ? ''
      : `⚠️ *The service definition changes more than Details can show.* Read ${code(file, 80)} in this thread first.`,
    changes === undefined ? '' : `⚠️ ${quoted(changes, 300)}.`,
    warning === undefined ? '' : `⚠️ ${quoted(sentence(warning), 300)}`,
  ].filter(Boolean);
}

/** Returns what argo-bot does after the approval, and the checks that run only then. */
function effectLines(d: Deployment, target: Target | undefined): string[] {
  const unchecked = uncheckedStages(d);
  return [
    ...[consequence(d), ...twoCopiesWarning(d, target)].map((line) => quoted(line, 400)),
    ...(unchecked.length > 0 ? [`*Not checked yet:* ${unchecked.join(', ')}.`] : []),
  ];
}

function votes({ votes: given }: Gate, most: number | undefined): string[] {
  const lines = given.map(
    ({ by, at, note }) =>
      `✅ ${person(by)} at ${when(at)}${note === undefined ? '' : `: ${quoted(note, 300)}`}`,
  );
  // The card is still open, so it needs at least one approval more than it has.
  const wanted = given.length === 0 ? most : Math.max(most ?? 0, given.length + 1);
  return wanted !== undefined && wanted > 1
    ? [`*${given.length} of ${wanted} approvals*`, ...lines]
    : lines;
}

/** `most`: approvals needed, with one more for unknown authors; undefined if argo.yml does not have the service. */
function authorLines(authors: ViewContext['authors'], most: number | undefined): string[] {
  if (authors === undefined) return [];
  if (authors === 'unknown')
    return ['⚠️ Slack did not name the authors. argo-bot checks each approver when they click.'];
  const { people, unmatched } = authors;
  const lines: string[] = [];
  if (people.size > 0)
    lines.push(`${mentions([...people])} wrote these commits and cannot approve them.`);
  const names = unmatched.map(({ name, email }) =>
    quoted(email ? `${name} <${email}>` : name, 120),
  );
  const listed = capped(names, 8, 900).join(', ');
  const needs =
    most === undefined
      ? 'one more person must approve'
      : `${counted(most, 'approval is', 'approvals are')} needed instead of ${most - 1}`;
  if (names.length > 0)
    lines.push(`⚠️ These authors are unknown in Slack: ${listed}, so ${needs}.`);
  return lines;
}

function decidedLine(d: Deployment, gate: Gate): string {
  const [decided, reason] = decisionWords(gate);
  return `${decided}: ${titleOf(d)}${reason === undefined ? '' : `. *Reason:* ${quoted(reason, 400)}`}`;
}

/** Returns how the approval ended, and the reason that a person gave. */
function decisionWords({ decision, votes: given }: Gate): [string, string?] {
  if (!decision) return ['⏹️ No longer needed'];
  const at = when(decision.at);
  switch (decision.kind) {
    case 'approved': {
      const { by: last, brokeGlass } = decision;
      if (brokeGlass !== undefined)
        return [`🚨 Approved alone by ${person(last)} at ${at} (break glass)`, brokeGlass];
      const who = given.map(
        ({ by, note }) => `${person(by)}${note === undefined ? '' : ` (“${quoted(note, 300)}”)`}`,
      );
      return [`✅ Approved by ${who.join(', ') || person(last)} at ${at}`];
    }
    case 'rejected':
      return [`🚫 Rejected by ${person(decision.by)} at ${at}`, decision.reason];
    case 'expired':
      return [`⌛ Nobody decided by ${at}, so the approval expired`];
    case 'voided':
      return [`❌ The approval is void since ${at}`, decision.reason];
  }
}

function buttons(d: Deployment, gate: Gate, target: Target | undefined) {
  const value = { d: d.id, g: gate.digest };
  const { grave, changes } = risks(d);
  const effect = isRestart(d) ? 'Restart the live service?' : 'Switch live traffic?';
  const title = uncheckedStages(d).length > 0 ? 'Install, start, and switch?' : effect;
  const text = [...grave, consequence(d), ...(changes === undefined ? [] : [`${changes}.`])].join(
    ' ',
  );
  return actions(
    button({
      id: ids.approve,
      text: 'Approve',
      value,
      style: 'primary',
      confirm: { title, text, yes: 'Approve' },
    }),
    button({ id: ids.reject, text: 'Reject', value, style: 'danger' }),
    button({ id: ids.details, text: 'Details', value }),
    button({ id: ids.approveWithNote, text: 'With a note…', value }),
    ...((target?.place.access.break_glass.length ?? 0) > 0
      ? [button({ id: ids.breakGlass, text: 'Break glass…', value })]
      : []),
  );
}

export function breakGlass(d: Deployment, { target }: ViewContext): PaintedView[] {
  const decision = d.gate?.decision;
  if (decision?.kind !== 'approved' || decision.brokeGlass === undefined) return [];
  const { by, at, brokeGlass: reason } = decision;
  const step =
    'read the commit. If it is wrong, `/argo cancel` while it runs, or `/argo rollback` after the switch.';
  const review = addressed(target?.place.access.rollback ?? [], nextStep(step, target));
  const text = `🚨 ${person(by)} approved ${titleOf(d)} alone at ${when(at)} (break glass). No second person has looked at it.\n*Commit:* ${ownRelease(d)}\n*Reason:* ${quoted(reason, 500)}\n${review}`;
  const blocks = [section(text)];
  return [{ key: 'break-glass', where: 'thread', broadcast: true, news: 'said', text, blocks }];
}
