import { setTimeout as pause } from 'node:timers/promises';
import { deploys, people } from '../../sandbox/people.ts';
import { cardOf } from './messages.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/** Two people in the same second: one deployment, and an answer for the other. */
export async function tellRival({ scene }: World): Promise<string[]> {
  const { workspace } = scene;
  const heard = (): number =>
    workspace.ephemerals(people.ada.id).length + workspace.ephemerals(people.ben.id).length;
  const before = heard();
  await workspace.as(people.ben.id).command(deploys, '/argo', 'deploy');
  const answered = await workspace.waitFor(() => heard() > before, 10_000).catch(() => false);
  return answered ? [] : ['who asked second was not told anything'];
}

/** Who did not ask approves as soon as he can, and tries again when Slack or the bot was not there. */
export async function decide(world: World, run: Run, over: AbortSignal): Promise<void> {
  const { workspace } = world.scene;
  const closed = (): boolean =>
    run.events.some(({ type }) => ['approved', 'cancel-requested', 'finished'].includes(type));
  while (!over.aborted && !closed()) {
    const card = cardOf(world, run.id);
    // A card that is taken away between the look and the click is found again.
    const [first] = run.events;
    const asked = first?.type === 'requested' ? first.request.origin.user : '';
    const user = asked === people.ben.id ? people.cleo.id : people.ben.id;
    if (card) {
      await workspace
        .as(user)
        .click(deploys, card.ts, 'Approve')
        .catch(() => undefined);
    }
    await pause(card ? 300 : 20);
  }
}
