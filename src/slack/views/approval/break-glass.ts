// Builds the message that tells the whole channel that one person approved alone.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { section } from '../parts/blocks.ts';
import { nextStep } from '../parts/next-step.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { mentions } from '../parts/people.ts';
import { titleOf } from '../parts/state.ts';
import { person, quoted, when } from '../parts/text.ts';
import { ownRelease } from '../parts/watch-words.ts';

export function breakGlass(d: Deployment, { target }: ViewContext): PaintedView[] {
  const decision = d.gate?.decision;
  if (decision?.kind !== 'approved' || decision.brokeGlass === undefined) return [];
  const { by, at, brokeGlass: reason } = decision;
  const text = `🚨 ${person(by)} approved ${titleOf(d)} alone at ${when(at)} (break glass). No second person has looked at it.\n*Commit:* ${ownRelease(d)}\n*Reason:* ${quoted(reason, 500)}\n${lookAfter(target)}`;
  return [
    {
      key: 'break-glass',
      where: 'thread',
      broadcast: true,
      news: 'said',
      text,
      blocks: [section(text)],
    },
  ];
}

/** Asks the people who may roll back to read what one person approved alone. */
function lookAfter(target: Target | undefined): string {
  const who = target?.place.access.rollback ?? [];
  const step =
    'read the commit. If it is wrong, `/argo cancel` while it runs, or `/argo rollback` after the switch.';
  return `${who.length > 0 ? `${mentions(who)}: ` : ''}${nextStep(step, target)}`;
}
