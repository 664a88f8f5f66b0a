import { requireFact, unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import { runTelling } from '../release/release-secrets.ts';
import type { Stage } from '../step/stage.ts';

/** Old and new run side by side until the switch, so a bad start costs users nothing. */
export const start: Stage = {
  async run(context) {
    const slot = requireFact(context.facts, 'slot');
    const unit = unitName(context.target, slot);
    await onEveryHost(context, (host) =>
      runTelling(context, host, 'start-slot', {
        release: requireFact(context.facts, 'release'),
        slot,
        unit,
        // Users may have left it a while ago, and it runs on; then it must not be what they come back to.
        ...(context.request.plan === 'restart' ? { fresh: 'yes' } : {}),
      }),
    );
    return { summary: `${unit} is running` };
  },
};
