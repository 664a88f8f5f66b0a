// Defines the interface of a button's listener, and validates the button's value before it runs.
import type { z } from 'zod';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Answer, Interaction } from '../contract/interaction.ts';
import { onDeployment } from '../requests/authorize.ts';
import { say } from '../views/answers/answers.ts';

interface Options<Value extends z.ZodType = z.ZodType> {
  id: string;
  value: Value;
  /** True for clicks that stop or undo something: they have a rate limit of their own. */
  urgent?: true;
}

/** The listener of a button. `click` runs after argo-bot has confirmed the click to Slack. */
export interface Button extends Options {
  click: (raw: unknown, interaction: Interaction) => Answer;
}

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

/** Builds the listener of a deployment's button. Calls `run` only if the person may perform `action` on it. */
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
