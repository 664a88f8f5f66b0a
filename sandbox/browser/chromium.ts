import { type Browser, chromium } from 'playwright-core';
import { browserPackages, ensurePackages } from '../setup.ts';

export async function startChromium(): Promise<Browser> {
  await ensurePackages(browserPackages);
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      // Nothing of it is to look for anything on the network.
      '--disable-background-networking',
      '--disable-component-update',
      // Small in containers.
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
    ],
  });
}
