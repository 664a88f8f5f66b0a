// Checks the value of a button before its listener sees it.
import type { z } from 'zod';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** A button: its id, what its value must look like, and what a click does after the ack. */
export interface ActionListener<Value extends z.ZodType = z.ZodType> {
  id: string;
  value: Value;
  run(
    value: z.infer<Value>,
    interaction: Interaction,
    ports: SlackPorts,
  ): Promise<Reply | undefined>;
}

/** Checks the value before the listener sees it, so that a table can hold listeners of all values. */
export function listens<Value extends z.ZodType>(
  listener: ActionListener<Value>,
): {
  id: string;
  value: z.ZodType;
  click(raw: unknown, interaction: Interaction, ports: SlackPorts): Promise<Reply | undefined>;
} {
  return {
    id: listener.id,
    value: listener.value,
    async click(raw, interaction, ports) {
      const read = listener.value.safeParse(raw);
      if (read.success) return listener.run(read.data, interaction, ports);
      return {
        text: 'That button is from an older version of argo-bot. Use the command instead: `/argo help`.',
      };
    },
  };
}
