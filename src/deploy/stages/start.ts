// Does the stage that starts the new release in the idle slot.
import { requireFact } from '../record/facts.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import { runRedacted } from '../release/release-secrets.ts';
import type { Stage } from '../step/stage.ts';

/** The old release keeps running, so a failed start does not affect users. */
export const start: Stage = {
  async run(context) {
    const slot = requireFact(context.facts, 'slot');
    const unit = unitName(context.target, slot);
    await onEveryHost(context, (host) =>
      runRedacted(context, host, 'start-slot', {
        release: requireFact(context.facts, 'release'),
        slot,
        unit,
        // The idle slot may still run this release from before: a restart must start it anew.
        ...(context.request.plan === 'restart' ? { fresh: 'yes' } : {}),
      }),
    );
    return { summary: `${unit} is running` };
  },
};
