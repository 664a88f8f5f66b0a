import type { Deployment } from '../../deploy/deployment.ts';
import { alerts } from './alert.ts';
import { approval } from './approval.ts';
import { checklist } from './checklist.ts';
import type { PaintedView, ViewContext } from './painted-view.ts';
import { result } from './result.ts';
import { rollback } from './rollback.ts';
import { summary } from './summary.ts';

/** Every message a deployment has right now, in the order in which they are posted. */
export function messagesOf(d: Deployment, context: ViewContext): PaintedView[] {
  return [
    summary(d, context),
    checklist(d, context),
    ...approval(d, context),
    ...alerts(d, context),
    ...rollback(d),
    ...result(d, context),
  ];
}
