// Does the stage that runs the declared smoke tests in the new slot.
import { requireFact } from '../record/facts.ts';
import { slotUrl } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import { smokeTest } from '../health/smoke-test.ts';
import type { Stage } from '../step/stage.ts';

export const smoke: Stage = {
  async run(context) {
    const tests = context.target.settings.smoke;
    if (tests.length === 0) return { summary: 'none declared', skipped: true };
    const slot = requireFact(context.facts, 'slot');
    const release = requireFact(context.facts, 'release');
    await onEveryHost(context, async (host) => {
      for (const test of tests) {
        const url = slotUrl(context.target, slot, test.path);
        await smokeTest(context, host, { url, slot, release }, test);
      }
    });
    return { summary: `${tests.length} passed` };
  },
};
