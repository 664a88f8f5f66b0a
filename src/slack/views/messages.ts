import { type Deployment, hadTurn } from '../../deploy/deployment.ts';
import { alerts } from './alert.ts';
import { approval } from './approval.ts';
import { breakGlass } from './break-glass.ts';
import { checklist } from './checklist.ts';
import { line } from './line.ts';
import type { PaintedView, ViewContext } from './painted-view.ts';
import { result } from './result.ts';
import { rollback } from './rollback.ts';
import { summary } from './summary.ts';

/** Every message a deployment has right now, in the order in which they are posted. */
export function messagesOf(d: Deployment, context: ViewContext): PaintedView[] {
  return [
    summary(d, context),
    ...line(d, context),
    // Nothing of it happens before its turn.
    ...(hadTurn(d) ? [checklist(d, context)] : []),
    ...approval(d, context),
    ...breakGlass(d),
    ...alerts(d, context),
    ...rollback(d),
    ...result(d, context),
  ];
}
