import { describe, jest, test } from '@jest/globals';
import { canBootHosts } from '../../../sandbox/host/can-boot.ts';

/** Enough for the first one ever, which builds the image. */
export const bootTimeoutMs = 240_000;

/**
 * Tests on real hosts. Where none can boot they are skipped, saying why; in CI that is an error. Every test of the file
 * may take as long as a boot: its waits end by themselves, and on a busy machine a shorter limit would end them sooner.
 */
export function describeOnHosts(name: string, body: () => void): void {
  const can = canBootHosts();
  jest.setTimeout(bootTimeoutMs);
  if (can.ok) {
    describe(name, body);
  } else if (process.env['CI'] === 'true') {
    test(`${name} (needs hosts)`, () => {
      throw new Error(`No host can boot here, and CI must not skip: ${can.reason}`);
    });
  } else {
    describe.skip(`${name} (skipped: ${can.reason})`, body);
  }
}
