import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { ask, approvalCard, approve, ending, inThread, threadOf, hasButton } from './acts.ts';
import { animate } from './animation.ts';
import { startChromium } from './browser/chromium.ts';
import { type Desk, scrollToTop, sitDown } from './browser/desk.ts';
import { badCommits } from './engine/bad-commits.ts';
import { commit } from './engine/repository.ts';
import { deploys, people } from './people.ts';
import { openPlayground, type Playground } from './playground.ts';
import type { Message } from './workspace/model.ts';

const root = join(import.meta.dirname, '..');
/** For people to look at; git ignores it. */
const shots = join(root, 'shots');

const sizes = [
  { width: 360, height: 740, scale: 2 },
  { width: 1440, height: 900, scale: 1 },
];
/** Long enough for pictures of the watch. */
const watch = { checks: 60, interval_seconds: 0.5 };

type Show = (desk: Desk) => Promise<void>;
type User = 'ada' | 'ben' | 'cleo';
interface Studio {
  playground: Playground;
  /** What one person sees, in each size and theme. */
  pictures: (name: string, user: User, show: Show) => Promise<void>;
}

function studioOf(playground: Playground, browser: Browser): Studio {
  const { url } = playground.scene.workspace;
  return {
    playground,
    async pictures(name, user, show) {
      for (const size of sizes) {
        for (const dark of [false, true]) {
          const desk = await sitDown(browser, { url, user: people[user].id, dark, ...size });
          await show(desk);
          await desk.page.mouse.move(0, 0);
          const file = `${name}-${size.width}-${dark ? 'dark' : 'light'}.png`;
          await desk.page.screenshot({ path: join(shots, file) });
          process.stdout.write(`shots/${file}\n`);
          await desk.close();
        }
      }
    },
  };
}

/** The newest deployment's thread, with what carries this button or these words in view. */
function thread(of: { button: string } | { words: RegExp } | 'top'): Show {
  return async (desk) => {
    await desk.openThread(/argo-trading/);
    const messages = desk.page.locator('.pane.thread .message');
    const wanted =
      of === 'top'
        ? messages.first()
        : 'words' in of
          ? messages.filter({ hasText: of.words }).last()
          : messages
              .filter({ has: desk.page.getByRole('button', { name: of.button, exact: true }) })
              .last();
    await wanted.waitFor();
    await scrollToTop(wanted);
  };
}

const home: Show = async (desk) => {
  await desk.openHome();
  await desk.home().getByText(/As of/).waitFor();
};

const form: Show = async (desk) => {
  // Every window of a person shows the same form.
  if ((await desk.dialog().count()) === 0) await desk.type('/argo');
  await desk.dialog().waitFor();
};

/** A first release, a change, a failure before users, and a release that Ben takes back. */
async function takeAll({ playground, pictures }: Studio): Promise<void> {
  const { scene } = playground;
  const { workspace, repository } = scene;
  const card = { button: 'Approve' };
  const first = await ask(scene, 'ada', 'deploy');
  await approvalCard(scene, first);
  await pictures('first-card', 'ben', thread(card));
  await approve(scene, first);
  await ending(scene, first);

  await commit(repository, {
    message: 'Follow one more currency',
    files: { 'argo/more.json': '[1]\n' },
  });
  const change = await ask(scene, 'ada', 'deploy');
  await approvalCard(scene, change);
  await pictures('change-card', 'ben', thread(card));
  await pictures('form', 'ada', form);
  await workspace.as(people.ada.id).cancelView();
  await approve(scene, change);
  await workspace.waitFor(() => threadOf(scene, change).length > 0);
  await pictures('home-watched', 'ben', home);
  await pictures('home-viewer', 'cleo', home);
  await ending(scene, change);

  const good = (await repository.git('rev-parse', 'main')).trim();
  await commit(repository, badCommits.importError);
  await ending(scene, await ask(scene, 'ada', 'deploy'));
  await pictures('failure', 'ada', thread('top'));

  await repository.git('read-tree', '--reset', '-u', good);
  await commit(repository, badCommits.degradesAfterSwitch);
  const bad = await ask(scene, 'ada', 'deploy');
  await approve(scene, bad);
  const alert = await alertOf(playground, bad);
  await pictures('alert', 'ben', thread({ button: 'Acknowledge' }));
  await rollBack(playground, alert);
  await ending(scene, bad);
  await pictures('rollback', 'ben', thread('top'));
  await pictures('rollback-alert', 'ben', thread({ words: /· rollback started at/ }));
  await pictures('home-operator', 'ben', home);
}

async function alertOf({ scene }: Playground, deployment: Message): Promise<Message> {
  await inThread(scene, deployment, /\[Acknowledge/);
  // The picture of the watch comes after the words.
  await scene.workspace.waitFor(() =>
    scene.workspace.files().some(({ name }) => /chart/.test(name)),
  );
  const found = threadOf(scene, deployment).find((message) => hasButton(message, 'Acknowledge'));
  if (!found) throw new Error('the alert has no button to roll back');
  return found;
}

async function rollBack({ scene }: Playground, alert: Message): Promise<void> {
  const ben = scene.workspace.as(people.ben.id);
  await ben.click(deploys, alert.ts, 'Roll back…');
  const asked = await scene.workspace.waitFor(() => ben.openView());
  await ben.submit(asked?.id ?? '', { reason: 'Orders are late.' });
}

/** `npm run screenshots`: each message in two widths and two themes; `-- animation`: the README's instead. */
async function main(): Promise<void> {
  const animation = process.argv.includes('animation');
  mkdirSync(shots, { recursive: true });
  const playground = await openPlayground({ watch });
  const browser = await startChromium();
  try {
    if (animation) await animate(playground, browser, join(root, 'docs', 'demo.webp'));
    else await takeAll(studioOf(playground, browser));
  } finally {
    await browser.close();
    await playground.stop();
  }
}

await main();
process.exit();
