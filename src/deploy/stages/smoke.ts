import { known, slotUrl } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import { smokeTest } from '../smoke-test.ts';
import type { Stage } from '../stage.ts';

export const smoke: Stage = {
  name: 'smoke',
  title: 'Smoke tests passing',
  noun: 'smoke tests',
  changes: true,
  // Each test has limits of its own, and retries.
  timeoutMs: 3_700_000,
  async run(context) {
    const tests = context.target.settings.smoke;
    if (tests.length === 0) return { summary: 'none declared', skipped: true };
    const slot = known(context.facts, 'slot');
    const release = known(context.facts, 'release');
    await onEveryHost(context, async (host) => {
      for (const test of tests) {
        const url = slotUrl(context.target, slot, test.path);
        await smokeTest(context, host, { url, slot, release }, test);
      }
    });
    return { summary: `${tests.length} passed` };
  },
};
