// Decides the interface of a button's listener, and validates the button's value before it runs.
import type { z } from 'zod';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** A button: its id, the schema of its value, and what a click does after the ack. */
export interface ActionListener<Value extends z.ZodType = z.ZodType> {
  id: string;
  value: Value;
  run(
    value: z.infer<Value>,
    interaction: Interaction,
    ports: SlackPorts,
  ): Promise<Reply | undefined>;
}

/** Validates the value before `run`, so that one table can hold listeners with different value types. */
export function buttonListener<Value extends z.ZodType>(
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
