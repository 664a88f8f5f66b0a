// Decides which messages a deployment has in Slack right now, in the order in which they are posted.
import { type Deployment, wasDequeued } from '../../deploy/record/deployment.ts';
import { alerts } from './alert/alert.ts';
import { approval, breakGlass } from './approval/approval.ts';
import { checklist } from './thread/checklist.ts';
import { queueMessages } from './thread/queue.ts';
import type { PaintedView, ViewContext } from './parts/painted-view.ts';
import { result } from './thread/result.ts';
import { rollback } from './thread/rollback.ts';
import { summary } from './thread/summary.ts';

export function messagesOf(d: Deployment, context: ViewContext): PaintedView[] {
  return [
    summary(d, context),
    ...queueMessages(d, context),
    // A queued deployment has no progress to show.
    ...(wasDequeued(d) ? [checklist(d, context)] : []),
    ...approval(d, context),
    ...breakGlass(d, context),
    ...alerts(d, context),
    ...rollback(d, context.target),
    ...result(d, context),
  ];
}
