import type { KnownBlock } from '@slack/types';
import { openGate, type Deployment, type Gate } from '../../deploy/deployment.ts';
import type { Target } from '../../deploy/settings.ts';
import { ids } from '../values.ts';
import { actions, button, context, section } from './blocks.ts';
import { changeBlocks } from './changes.ts';
import { isRestart } from './downtime.ts';
import type { PaintedView, ViewContext } from './painted-view.ts';
import { approvers, mentions } from './people.ts';
import { consequence, copies, risks } from './risks.ts';
import { aim } from './state.ts';
import { capped, person, quoted, when } from './text.ts';

/** The card that an approver decides on; once decided it says by whom, and has no buttons. */
export function approval(d: Deployment, { target }: ViewContext): PaintedView[] {
  const { gate } = d;
  if (!gate) return [];
  const open = openGate(d);
  const title = `*${quoted(aim(d), 150)}* in ${quoted(d.request.environment, 60)}`;
  const head = open
    ? `Approval needed: ${title}\n${asked(approvers(d, target))}`
    : `${decided(gate)}: ${title}`;
  const blocks: KnownBlock[] = [
    section(head),
    ...changeBlocks(d, target),
    section(
      [quoted(consequence(d), 400), ...(open ? copiesLine(d, target) : []), ...riskLines(d)].join(
        '\n',
      ),
    ),
    ...(open
      ? [
          buttons(d, open),
          context(`Expires ${when(open.expiresAt)}. Nothing live has changed so far.`),
        ]
      : []),
  ];
  // Buttons that no longer do anything must not stay.
  const news = open ? 'open' : (gate.decision?.kind ?? 'closed');
  return [{ key: 'approval', where: 'thread', news, text: head, blocks }];
}

function asked(who: readonly string[]): string {
  return who.length > 0
    ? `${mentions(who)}: please approve or reject.`
    : 'Nobody may approve this: `access.approve` is empty in argo.yml, and empty denies.';
}

function copiesLine(d: Deployment, target: Target | undefined): string[] {
  const said = copies(d, target);
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
      return `✅ Approved by ${person(decision.by)} at ${when(decision.at)}`;
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

function buttons(d: Deployment, gate: Gate) {
  const value = { d: d.id, g: gate.digest };
  const text = [consequence(d), ...risks(d)].join(' ');
  return actions(
    button({
      id: ids.approve,
      text: 'Approve',
      value,
      style: 'primary',
      confirm: {
        title: isRestart(d) ? 'Restart the live service?' : 'Switch live traffic?',
        text,
        yes: 'Approve',
      },
    }),
    button({ id: ids.reject, text: 'Reject', value, style: 'danger' }),
  );
}
