// Builds the message that tells the whole channel that one person approved alone.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { section } from '../parts/blocks.ts';
import type { PaintedView } from '../parts/painted-view.ts';
import { deploymentName } from '../parts/state.ts';
import { person, quoted, when } from '../parts/text.ts';

export function breakGlass(d: Deployment): PaintedView[] {
  const decision = d.gate?.decision;
  if (decision?.kind !== 'approved' || decision.brokeGlass === undefined) return [];
  const { by, at, brokeGlass: reason } = decision;
  const where = `*${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}`;
  const text = `🚨 ${person(by)} approved ${where} alone at ${when(at)} (break glass). No second person has looked at it.\n*Reason:* ${quoted(reason, 500)}`;
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
