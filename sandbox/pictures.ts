import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startChromium } from './browser/chromium.ts';
import { type Desk, sitDown } from './browser/desk.ts';
import { record } from './browser/recording.ts';
import { people } from './people.ts';
import { openPlayground } from './playground.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function picture({ page }: Desk, name: string): Promise<void> {
  const path = join(docs, name);
  // Nothing is to look as if it were pointed at.
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  say(`${name}: ${Math.round(statSync(path).size / 1000)} kB`);
}

/** Waits for the approval of what was just asked for, and gives it. */
async function approveNewest(ben: Desk): Promise<void> {
  await ben.openThread(/waiting for approval/);
  await ben.approve();
}

/** Two good releases, so that the third one's card shows a change and not a beginning. */
async function before(ada: Desk, ben: Desk): Promise<void> {
  for (const slot of ['blue', 'green']) {
    await ada.openPanel('Break something');
    await ada.breakIt('good');
    await ada.closePanel();
    await ada.type('/argo deploy');
    await approveNewest(ben);
    await ada.message(new RegExp(`${slot} in production · live: `)).waitFor();
    await ben.closeThread();
  }
}

async function form(ada: Desk): Promise<void> {
  await ada.type('/argo');
  await ada.dialog().waitFor();
  await picture(ada, 'form.png');
  await ada.page.keyboard.press('Escape');
  await ada.dialog().waitFor({ state: 'detached' });
}

/** A release that turns degraded: an alert, and somebody who takes it back. */
async function alerted(ada: Desk, ben: Desk): Promise<void> {
  await ada.openPanel('Break something');
  await ada.breakIt('degradesAfterSwitch');
  await ada.closePanel();
  await ada.type('/argo deploy');
  await ben.openThread(/waiting for approval/);
  await ben.reply(/Approval needed/).waitFor();
  await picture(ben, 'thread.png');
  await ben.approve();
  const back = ben.page.locator('.pane.thread').getByRole('button', { name: 'Roll back' });
  await back.last().waitFor();
  await ben.page.locator('.pane.thread .picture img').last().waitFor();
  await picture(ben, 'alert.png');
  await back.last().click();
  await ben.confirm();
  await ada.message(/rolled back to/).waitFor();
  await ben.closeThread();
  await ben.type('/argo unlock');
  await ada.message(/open again/).waitFor();
}

/** On one page, as one would play it: Ada asks, Ben approves, and it goes bad under users. */
async function recorded(browser: Browser, url: string): Promise<void> {
  const desk = await sitDown(browser, { url, user: people.ada.id, width: 1200, height: 750 });
  await desk.openPanel('Break something');
  const recording = record(desk.page);
  await desk.breakIt('failsAfterSwitch');
  await desk.closePanel();
  await desk.type('/argo deploy');
  await desk.openThread(/argo-trading → (?:idle slot|blue) in production · (?!live|rolled)/);
  await desk.reply(/Approval needed/).waitFor();
  await desk.page.getByRole('radio', { name: /^Ben/ }).check();
  await desk.approve();
  await desk.reply(/The environment is locked/).waitFor();
  await recording.stop(join(docs, 'demo.webp'));
  say(`demo.webp: ${Math.round(statSync(join(docs, 'demo.webp')).size / 1000)} kB`);
  await desk.close();
}

async function whole(browser: Browser, url: string): Promise<void> {
  for (const dark of [false, true]) {
    const user = people.ben.id;
    const desk = await sitDown(browser, { url, user, width: 1440, height: 900, dark });
    await desk.openThread(/rolled back to/);
    await desk.openPanel('Break something');
    await picture(desk, dark ? 'page-dark.png' : 'page.png');
    await desk.closePanel();
    await desk.openHome();
    await desk
      .home()
      .getByText(/Locked/)
      .waitFor();
    if (!dark) await picture(desk, 'home.png');
    await desk.close();
  }
}

/** `npm run screenshots`: the README's pictures, of what there is now. */
async function main(): Promise<void> {
  const playground = await openPlayground({ watch: { checks: 24, interval_seconds: 0.5 } });
  const browser = await startChromium();
  try {
    const { url } = playground.scene.workspace;
    const size = { height: 900, width: 1000 };
    const ada = await sitDown(browser, { url, user: people.ada.id, ...size });
    const phone = { width: 400, height: 800, scale: 2 };
    const ben = await sitDown(browser, { url, user: people.ben.id, ...phone });
    await before(ada, ben);
    await form(ada);
    await alerted(ada, ben);
    await recorded(browser, url);
    await whole(browser, url);
  } finally {
    await browser.close();
    await playground.stop();
  }
}

await main();
process.exit();
