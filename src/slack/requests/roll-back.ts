// Turns a running deployment back, and says so.
import { rollBack as act } from '../../deploy/acts/roll-back.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { performAct } from './act.ts';

/** The caller has authorized the person. */
export function rollBack(ports: SlackPorts, { user: by }: Interaction, id: string): Promise<Reply> {
  return performAct(
    ports,
    id,
    (d) => act(d, { by, now: Date.now() }),
    () => say('Rolling back. The thread tells how it goes.'),
  );
}
