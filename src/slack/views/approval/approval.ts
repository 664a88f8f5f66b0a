// Builds the approval card: who may approve, changes, risks and buttons.
import type { KnownBlock } from '@slack/types';
import { approvalsNeeded } from '../../../deploy/acts/approval.ts';
import { openGate, type Deployment, type Gate } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, section } from '../parts/blocks.ts';
import { authorLines } from './authors.ts';
import { commitLine, unitDiffFile } from './changes.ts';
import { isRestart } from './downtime.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { approvers, mentions } from '../parts/people.ts';
import { consequence, twoCopiesWarning, risks, uncheckedStages } from './risks.ts';
import { titleOf } from '../parts/state.ts';
import { code, person, quoted, sentence, when } from '../parts/text.ts';

/** The open card fits on one screen of a phone; its button Details shows the rest. A decided card is one line. */
export function approval(d: Deployment, view: ViewContext): PaintedView[] {
  const { gate } = d;
  if (!gate) return [];
  const open = openGate(d);
  const head = open ? openHead(d, open, view) : decidedLine(d, gate);
  const blocks = open ? card(d, open, view, head) : [section(head)];
  // A change of `news` updates the message at once: after a decision, its buttons have no effect.
  const news = open ? openNews(gate) : (gate.decision?.kind ?? 'closed');
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
  const effect = [consequence(d), ...twoCopiesWarning(d, target)].map((line) => quoted(line, 400));
  const votesSoFar = [...votes(gate, needed(view)), ...authorLines(authors, needed(view))];
  return [
    section(head),
    section(
      [
        ...graveLines(d),
        ...cutLine(d),
        ...changeLines(d),
        ...commitLine(d, target),
        ...effect,
        ...uncheckedLine(d),
      ].join('\n'),
    ),
    ...(votesSoFar.length > 0 ? [section(votesSoFar.join('\n'))] : []),
    buttons(d, gate, target),
  ];
}

/** Warns if the button Details cannot show all changes of the systemd unit, because they are too long. */
function cutLine(d: Deployment): string[] {
  const file = unitDiffFile(d);
  return file === undefined
    ? []
    : [
        `⚠️ *The service definition changes more than Details can show.* Read ${code(file, 80)} in this thread first.`,
      ];
}

function openNews({ votes: given }: Gate): string {
  return given.length === 0 ? 'open' : `open ${given.length}`;
}

function needed({ target, authors }: ViewContext): number | undefined {
  const unmatched = authors && authors !== 'unknown' ? authors.unmatched.length : 0;
  return target && approvalsNeeded(target, unmatched);
}

/** Returns the approvals so far, with their notes. */
function votes({ votes: given }: Gate, most: number | undefined): string[] {
  const lines = given.map(
    ({ by, at, note }) =>
      `✅ ${person(by)} at ${when(at)}${note === undefined ? '' : `: ${quoted(note, 300)}`}`,
  );
  // A card with an approval that is still open needs at least one more.
  const wanted = given.length === 0 ? most : Math.max(most ?? 0, given.length + 1);
  return wanted !== undefined && wanted > 1
    ? [`*${given.length} of ${wanted} approvals*`, ...lines]
    : lines;
}

function uncheckedLine(d: Deployment): string[] {
  const left = uncheckedStages(d);
  return left.length > 0 ? [`*Not checked yet:* ${left.join(', ')}.`] : [];
}

/** Returns one line per grave risk, the gravest first. */
function graveLines(d: Deployment): string[] {
  return risks(d).grave.map((risk) => `⚠️ *${quoted(risk, 300)}*`);
}

/** Returns one line for all changes that are no grave risk, and the first warning. */
function changeLines(d: Deployment): string[] {
  const { changes, warning } = risks(d);
  return [
    ...(changes === undefined ? [] : [`⚠️ ${quoted(changes, 300)}.`]),
    ...(warning === undefined ? [] : [`⚠️ ${quoted(sentence(warning), 300)}`]),
  ];
}

function decidedLine(d: Deployment, gate: Gate): string {
  const reason = reasonOf(gate);
  return `${decided(gate)}: ${titleOf(d)}${reason === undefined ? '' : `. *Reason:* ${quoted(reason, 400)}`}`;
}

function reasonOf({ decision }: Gate): string | undefined {
  switch (decision?.kind) {
    case 'approved':
      return decision.brokeGlass;
    case 'rejected':
    case 'voided':
      return decision.reason;
    case 'expired':
    case undefined:
      return undefined;
  }
}

function decided({ decision, votes: given }: Gate): string {
  switch (decision?.kind) {
    case 'approved': {
      if (decision.brokeGlass !== undefined)
        return `🚨 Approved alone by ${person(decision.by)} at ${when(decision.at)} (break glass)`;
      const who = given.map(
        ({ by, note }) => `${person(by)}${note === undefined ? '' : ` (“${quoted(note, 300)}”)`}`,
      );
      return `✅ Approved by ${who.join(', ') || person(decision.by)} at ${when(decision.at)}`;
    }
    case 'rejected':
      return `🚫 Rejected by ${person(decision.by)} at ${when(decision.at)}`;
    case 'expired':
      return `⌛ Nobody decided by ${when(decision.at)}, so the approval expired`;
    case 'voided':
      return `❌ The approval is void since ${when(decision.at)}`;
    case undefined:
      return '⏹️ No longer needed';
  }
}

function buttons(d: Deployment, gate: Gate, target: Target | undefined) {
  const value = { d: d.id, g: gate.digest };
  const { grave, changes } = risks(d);
  const text = [...grave, consequence(d), ...(changes === undefined ? [] : [`${changes}.`])].join(
    ' ',
  );
  return actions(
    button({
      id: ids.approve,
      text: 'Approve',
      value,
      style: 'primary',
      confirm: {
        title: question(d),
        text,
        yes: 'Approve',
      },
    }),
    button({ id: ids.reject, text: 'Reject', value, style: 'danger' }),
    button({ id: ids.details, text: 'Details', value }),
    button({ id: ids.approveWithNote, text: 'With a note…', value }),
    ...((target?.place.access.break_glass.length ?? 0) > 0
      ? [button({ id: ids.breakGlass, text: 'Break glass…', value })]
      : []),
  );
}

function question(d: Deployment): string {
  if (uncheckedStages(d).length > 0) return 'Install, start, and switch?';
  return isRestart(d) ? 'Restart the live service?' : 'Switch live traffic?';
}
