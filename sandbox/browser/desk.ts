import type { Browser, Locator, Page } from 'playwright-core';
import { deploys } from '../people.ts';

export interface DeskOptions {
  url: string;
  user: string;
  /** In CSS pixels. */
  width: number;
  height: number;
  dark?: boolean;
  /** Pixels of the picture for each of the page's. */
  scale?: number;
}

/** One person before the page, with a window of their own: what they do is typing and clicking. */
export interface Desk {
  readonly page: Page;
  /** Into the channel, and Enter. */
  type(words: string): Promise<void>;
  /** Opens the newest thread in the channel whose first message matches. */
  openThread(words: RegExp): Promise<void>;
  closeThread(): Promise<void>;
  /** A message of the channel, the newest that matches. */
  message(words: RegExp): Locator;
  /** A message of the open thread, the newest that matches. */
  reply(words: RegExp): Locator;
  /** Through the menu, where the window is narrow. */
  openHome(): Promise<void>;
  openChannel(name: string): Promise<void>;
  openPanel(name: 'What the bot sends' | 'Break something'): Promise<void>;
  closePanel(): Promise<void>;
  /** In the open panel, by the id of what is broken; until it says what it did. */
  breakIt(id: string): Promise<void>;
  /** Presses Approve in the open thread, and says yes where it is asked once more. */
  approve(): Promise<void>;
  /** Says yes to what a button asks. */
  confirm(): Promise<void>;
  /** The modal that is open. */
  dialog(): Locator;
  home(): Locator;
  close(): Promise<void>;
}

/** Below this the page shows one pane at a time; see phone.css. */
const NARROW = 760;

/** For whatever a person waits for; ends as soon as it is there. */
const PATIENCE_MS = 90_000;

export async function sitDown(browser: Browser, options: DeskOptions): Promise<Desk> {
  const { url, user, width, height, dark = false, scale = 1 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    deviceScaleFactor: scale,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(`${url}/#user=${user}&channel=${deploys}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const menu = async (): Promise<void> => {
    if (width <= NARROW) await page.locator('.menu-button:visible').click();
  };
  const entry = async (name: string): Promise<void> => {
    await menu();
    await page.locator('.sidebar').getByRole('button', { name, exact: true }).click();
  };
  const newest = (pane: string, words: RegExp): Locator =>
    page.locator(`.pane.${pane} .message`).filter({ hasText: words }).last();
  const confirm = async (): Promise<void> => {
    const yes = page.locator('dialog.confirm footer button').last();
    await yes.click();
    await yes.waitFor({ state: 'detached' });
  };
  return {
    page,
    async type(words) {
      const box = page.locator('.pane.channel').getByRole('textbox', { name: 'Message' });
      await box.click();
      await box.pressSequentially(words);
      await box.press('Enter');
    },
    async openThread(words) {
      const replies = page.getByRole('button', { name: /repl(?:y|ies) / });
      await page
        .locator('.pane.channel .message')
        .filter({ hasText: words, has: replies })
        .last()
        .getByRole('button', { name: /repl(?:y|ies) / })
        .click();
      await page.locator('.pane.thread .message').first().waitFor();
    },
    closeThread: () => page.getByRole('button', { name: 'Close thread' }).click(),
    message: (words) => newest('channel', words),
    reply: (words) => newest('thread', words),
    closePanel: () => page.getByRole('button', { name: 'Close panel' }).click(),
    async breakIt(id) {
      const trouble = page.locator(`[data-trouble=${id}]`);
      await trouble.getByRole('button').click();
      await trouble.locator('.said').waitFor();
    },
    async approve() {
      const card = newest('thread', /Approval needed/);
      await card.getByRole('button', { name: 'Approve', exact: true }).click();
      await confirm();
    },
    confirm,
    dialog: () => page.locator('dialog[open]'),
    home: () => page.getByRole('region', { name: 'Home tab' }),
    openHome: () => entry('argo-bot'),
    openChannel: (name) => entry(name),
    openPanel: (name) => entry(name),
    close: () => context.close(),
  };
}

/** What the DOM gives; this project is checked without its types. */
interface Scrolled {
  scrollIntoView(options: { block: 'start' }): void;
  getBoundingClientRect(): { top: number };
}

/** Scrolls until nothing moves: a pane follows its end while pictures arrive. */
export async function scrollToTop(locator: Locator): Promise<void> {
  await locator.evaluate(async (element: Scrolled) => {
    let before = Number.NaN;
    for (let still = 0; still < 5;) {
      element.scrollIntoView({ block: 'start' });
      await new Promise((later) => setTimeout(later, 50));
      const { top } = element.getBoundingClientRect();
      still = top === before ? still + 1 : 0;
      before = top;
    }
  });
}
