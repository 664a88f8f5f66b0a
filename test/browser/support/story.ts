import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startChromium } from '../../../sandbox/browser/chromium.ts';
import { type Desk, scrollToTop, sitDown } from '../../../sandbox/browser/desk.ts';
import { people } from '../../../sandbox/people.ts';
import { openPlayground, type Playground } from '../../../sandbox/playground.ts';
import { describeOnHosts } from '../../sandbox/host/on-hosts.ts';
import { seriousFindingsInBothSchemes } from './accessibility.ts';
import { type Shots, shots } from './shots.ts';

const testTimeoutMs = 240_000;

/** Longer than a release that fails under users takes to do so. */
const watch = { checks: 15, interval_seconds: 0.5 };

interface Window {
  width: number;
  height: number;
}

/** Buttons of the approval card that are not on the screen which begins with the card. */
async function buttonsBelowTheFold(desk: Desk, height: number): Promise<string[]> {
  const card = desk.reply(/Approval needed/);
  await scrollToTop(card);
  const below: string[] = [];
  for (const name of ['Approve', 'Reject', 'Details']) {
    const box = await card.getByRole('button', { name, exact: true }).boundingBox();
    if (!box || box.y < 0 || box.y + box.height > height) below.push(name);
  }
  return below;
}

/** All that people do on the page, in windows of one size. Each size has a file, so that they are played side by side. */
export function playStory({ width, height }: Window): void {
  describeOnHosts(`the page, by typing and clicking, ${width} px wide`, () => {
    let playground: Playground;
    let browser: Browser;
    let ada: Desk;
    let ben: Desk;
    let cleo: Desk;
    let shot: Shots;

    beforeAll(async () => {
      [playground, browser] = await Promise.all([openPlayground({ watch }), startChromium()]);
      shot = shots(String(width));
      const { url } = playground.scene.workspace;
      const sit = (user: string, dark: boolean): Promise<Desk> =>
        sitDown(browser, { url, user, width, height, dark });
      ada = await sit(people.ada.id, false);
      ben = await sit(people.ben.id, true);
      cleo = await sit(people.cleo.id, false);
    });
    afterAll(async () => {
      for (const [name, desk] of Object.entries({ ada, ben, cleo })) {
        await shot(desk, `end-${name}`);
        await desk.close();
      }
    });
    afterAll(async () => {
      await browser?.close();
      await playground?.stop();
    });

    test(
      'Ada asks by the form, Cleo may not approve, Ben does, and it is live',
      async () => {
        await ada.openPanel('Break something');
        await ada.breakIt('good');
        await ada.closePanel();
        await ada.type('/argo');
        await ada.dialog().waitFor();
        await shot(ada, 'form');
        expect(await seriousFindingsInBothSchemes(ada.page)).toEqual([]);
        await ada.dialog().getByRole('button', { name: 'Deploy', exact: true }).click();
        await ada.message(/waiting for approval/).waitFor();

        await cleo.openThread(/waiting for approval/);
        await cleo.approve();
        await cleo.page
          .getByText(/needs the \w+ role/)
          .last()
          .waitFor();

        await ben.openThread(/waiting for approval/);
        await ben.reply(/Approval needed/).waitFor();
        await shot(ben, 'approval');
        expect(await buttonsBelowTheFold(ben, height)).toEqual([]);
        expect(await seriousFindingsInBothSchemes(ben.page)).toEqual([]);
        await ben.approve();
        await ada.message(/watched \d/).waitFor();
        await ada.message(/live: /).waitFor();
        await shot(ada, 'live');
      },
      testTimeoutMs,
    );

    test(
      'a release that fails under users goes back by itself, before everybody’s eyes',
      async () => {
        await ada.openPanel('Break something');
        await ada.breakIt('failsAfterSwitch');
        await ada.closePanel();
        await ada.type('/argo deploy');
        await ada.openThread(/waiting for approval/);
        await ada.openPanel('Break something');
        await ben.closeThread();
        await ben.openThread(/waiting for approval/);
        await ben.approve();
        await ada.reply(/unhealthy/).waitFor();
        await shot(ada, 'alert');
        expect(await seriousFindingsInBothSchemes(ada.page)).toEqual([]);
        await ada.reply(/Rolled back/).waitFor();
        await ada.page.locator('.pane.thread .picture img').last().waitFor();
        await shot(ada, 'rolled-back');
        await ada.closePanel();
        await ada.closeThread();
        await ada.type('/argo deploy');
        await ada.message(/lock/i).waitFor();
      },
      testTimeoutMs,
    );

    test(
      'Ben opens it again from the Home tab, which shows Cleo what is live and nothing to press',
      async () => {
        await cleo.closeThread();
        await cleo.openHome();
        await cleo
          .home()
          .getByText(/live since/)
          .first()
          .waitFor();
        expect(await cleo.home().getByRole('button').count()).toBe(0);
        await ben.closeThread();
        await ben.openHome();
        await ben
          .home()
          .getByText(/Locked/)
          .waitFor();
        await shot(ben, 'home');
        expect(await seriousFindingsInBothSchemes(ben.page)).toEqual([]);
        await ben.home().getByRole('button', { name: 'Unlock' }).click();
        await ben
          .home()
          .getByText(/Locked/)
          .waitFor({ state: 'detached' });
      },
      testTimeoutMs,
    );

    test(
      'what the bot sent can be read, and Slack taken away and given back, by keyboard alone',
      async () => {
        const { page } = ada;
        await page.keyboard.press('Control+k');
        await page.keyboard.type('what the bot');
        await page.keyboard.press('Enter');
        await page.locator('.calls summary').first().focus();
        await page.keyboard.press('Enter');
        await page.locator('.call[open] pre', { hasText: '"method"' }).waitFor();
        await shot(ada, 'calls');
        expect(await seriousFindingsInBothSchemes(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator('.panel').waitFor({ state: 'detached' });

        await page.keyboard.press('Control+k');
        await page.keyboard.type('break');
        await page.keyboard.press('Enter');
        await page.locator('.group summary', { hasText: 'Slack' }).focus();
        await page.keyboard.press('Enter');
        const away = page.locator('[data-trouble=slack-away]');
        await away.getByRole('button').focus();
        await page.keyboard.press('Enter');
        await away.getByRole('button', { name: 'Mend' }).waitFor();
        expect(playground.scene.workspace.connections()).toBe(0);
        await page.keyboard.press('Enter');
        await away.getByRole('button', { name: 'Take away' }).waitFor();
        await playground.scene.workspace.waitFor(
          () => playground.scene.workspace.connections() > 0,
          testTimeoutMs,
        );
      },
      testTimeoutMs,
    );
  });
}
