import type { Browser } from 'playwright-core';
import { approve, ending, inThread } from './acts.ts';
import { type Desk, sitDown } from './browser/desk.ts';
import { record, type Recording } from './browser/recording.ts';
import { commit } from './engine/repository.ts';
import { deploys, people } from './people.ts';
import type { Playground } from './playground.ts';
import type { Scene } from './scene.ts';
import type { Message } from './workspace/model.ts';

/** Fine until users are on it; then degraded, then unhealthy by its own account. Requests are answered all the time. */
const worsens = {
  message: 'Refresh signals from the new feed',
  files: {
    'behaviour.json': JSON.stringify({
      after: 'proxy',
      degradeAfterSeconds: 3,
      unhealthyAfterSeconds: 12,
    }),
  },
};

/** The README's animation: from an empty channel to an automatic rollback, with no request lost. */
export async function animate(
  { scene }: Playground,
  browser: Browser,
  path: string,
): Promise<void> {
  const { url } = scene.workspace;
  const desk = await sitDown(browser, { url, user: people.ada.id, width: 1200, height: 750 });
  const film = record(desk.page);
  const card = desk.page
    .locator('.pane.thread')
    .getByRole('button', { name: 'Approve', exact: true });
  await film.frame();
  const first = await typed(scene, desk, film);
  await desk.openThread(/argo-trading/);
  await film.frame();
  await card.waitFor();
  await film.frame();
  await approve(scene, first);
  await ending(scene, first);
  await film.frame();
  await desk.closeThread();

  await commit(scene.repository, worsens);
  const second = await typed(scene, desk, film);
  await desk.openThread(/→ (?:idle slot|green)/);
  await card.waitFor();
  await film.frame();
  await approve(scene, second);
  await inThread(scene, second, /\[Acknowledge/);
  await film.frame();
  await ending(scene, second);
  await inThread(scene, second, /\[Unlock\]/);
  await desk.page.locator('.pane.channel').getByRole('button', { name: 'Unlock' }).waitFor();
  await desk.page.locator('.pane.thread .picture img').last().waitFor();
  await desk.page.locator('.pane.channel .message', { hasText: '↩' }).first().waitFor();
  await film.frame();
  await film.write(path);
  await desk.close();
}

/** Ada types the command; the frame shows it before she sends it. */
async function typed({ workspace }: Scene, desk: Desk, film: Recording): Promise<Message> {
  const known = new Set(workspace.messages(deploys).map(({ ts }) => ts));
  const box = desk.page.locator('.pane.channel').getByRole('textbox', { name: 'Message' });
  await box.pressSequentially('/argo deploy');
  await film.frame();
  await box.press('Enter');
  return workspace.waitFor(
    () => workspace.messages(deploys).find(({ ts }) => !known.has(ts)),
    60_000,
  );
}
