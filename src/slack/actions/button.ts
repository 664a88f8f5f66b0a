// Defines the interface of a button's listener, and validates the button's value before it runs.
import type { z } from 'zod';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { onDeployment } from '../requests/authorize.ts';
import { say } from '../views/answers/answers.ts';

type Answer = Promise<Reply | undefined>;

interface Options<Value extends z.ZodType> {
  id: string;
  value: Value;
  /** The click stops or undoes something, so it counts against a separate rate limit. */
  urgent?: true;
}

/** A button: its id, the schema of its value, and what a click does after the ack. */
export interface Button {
  id: string;
  value: z.ZodType;
  urgent?: true;
  click: (raw: unknown, interaction: Interaction) => Answer;
}

/** Validates the value before `run`, so that one table can hold listeners with different value types. */
export function button<Value extends z.ZodType>(
  options: Options<Value>,
  run: (value: z.infer<Value>, interaction: Interaction) => Answer,
): Button {
  return {
    ...options,
    async click(raw, interaction) {
      const read = options.value.safeParse(raw);
      if (read.success) return run(read.data, interaction);
      return say(
        'That button is from an older version of argo-bot. Use the command instead: `/argo help`.',
      );
    },
  };
}

/** A button of one deployment. `run` is called only if the person may perform the action on the deployment. */
export function deploymentButton<Value extends z.ZodType<{ d: string }>>(
  options: Options<Value> & { action: Action | ((deployment: Deployment) => Action) },
  run: (
    found: { deployment: Deployment; target: Target; value: z.infer<Value> },
    interaction: Interaction,
  ) => Answer,
): Button {
  const { action, ...rest } = options;
  return button(rest, (value, interaction) =>
    onDeployment(interaction, value.d, action, (deployment, target) =>
      run({ deployment, target, value }, interaction),
    ),
  );
}
