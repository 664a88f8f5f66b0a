import { commit } from './engine/repository.ts';
import { deploys, people } from './people.ts';
import type { Scene } from './scene.ts';
import { startTraffic } from './traffic.ts';
import { readable, transcript } from './transcript.ts';
import type { Message } from './workspace/model.ts';

export interface StoryReport {
  /** What did not happen as it should have; empty when all of it did. */
  wrong: string[];
  threads: string[];
  traffic: { sent: number; failed: number; longestGapMs: number };
}

/** Long enough for a first deployment on a busy machine; every wait ends at once when it is over. */
const PATIENCE_MS = 60_000;

/** The whole story: a first release, a good one under load, and one that goes bad after the switch. */
export async function playStory(scene: Scene, say: (line: string) => void): Promise<StoryReport> {
  const [host] = scene.hosts;
  if (!host) throw new Error('the story needs a host');
  const threads: Message[] = [];
  const wrong: string[] = [];
  const expect = (what: string, holds: boolean): void => {
    say(`${holds ? 'ok ' : 'NOT OK '} ${what}`);
    if (!holds) wrong.push(what);
  };

  const first = await deploy(scene, 'deploy', say);
  threads.push(first);
  expect('the first release is live and was watched', /^✅.*live/u.test(await ending(scene, first)));

  const traffic = await startTraffic(`${host.publicUrl}/api/v1/signals`, { perSecond: 200 });
  await commit(scene.repository, {
    message: 'Follow one more currency',
    files: { 'argo/more.json': '["CHF"]\n' },
  });
  const second = await deploy(scene, 'deploy green', say);
  threads.push(second);
  expect('the second release is live on green', /^✅.*green.*live/u.test(await ending(scene, second)));
  expect('green has the traffic', (await liveSlot(scene)) === 'green');

  await commit(scene.repository, worsens);
  const third = await deploy(scene, 'deploy', say);
  threads.push(third);
  await waitInThread(scene, third, /degraded/i);
  expect('an alert was posted while it was degraded', true);
  expect('it was rolled back by itself', /^↩.*rolled back/u.test(await ending(scene, third)));
  expect('green has the traffic again', (await liveSlot(scene)) === 'green');

  const load = await traffic.stop();
  expect(`0 of ${load.sent} requests failed`, load.failed === 0 && load.sent > 0);
  await refused(scene, expect);
  const texts = threads.map(({ ts }) => transcript(scene.workspace.thread(deploys, ts)));
  return { wrong, threads: texts, traffic: load };
}

/** Fine until users are on it; then degraded, then down by its own account, while it still serves them. */
const worsens = {
  message: 'Refresh signals from the new feed',
  files: {
    'behaviour.json': JSON.stringify({
      after: 'proxy',
      degradeAfterSeconds: 1.5,
      unhealthyAfterSeconds: 4,
    }),
  },
};

/** Ada asks, Ben approves. Returns the channel message. */
async function deploy(scene: Scene, words: string, say: (line: string) => void): Promise<Message> {
  const { workspace } = scene;
  const before = new Set(roots(scene).map(({ ts }) => ts));
  say(`ada: /argo ${words}`);
  const answer = await workspace.as(people.ada.id).command(deploys, '/argo', words);
  if (!answer.ok) throw new Error(`/argo ${words} was not acknowledged: ${answer.error ?? ''}`);
  const root = await workspace.waitFor(
    () => roots(scene).find(({ ts }) => !before.has(ts)),
    PATIENCE_MS,
  );
  const card = await workspace.waitFor(
    () =>
      failedEarly(scene, root) ??
      workspace.thread(deploys, root.ts).find((message) => hasButton(message, 'Approve')),
    PATIENCE_MS,
  );
  if (card === root)
    throw new Error(
      `it failed before the approval:\n${transcript(workspace.thread(deploys, root.ts))}`,
    );
  say('ben: Approve');
  const click = await workspace.as(people.ben.id).click(deploys, card.ts, 'Approve');
  if (!click.ok) throw new Error(`Approve was not acknowledged: ${click.error ?? ''}`);
  return root;
}

function failedEarly(scene: Scene, root: Message): Message | undefined {
  const now = roots(scene).find(({ ts }) => ts === root.ts);
  return now && over.test(readable(now)) ? root : undefined;
}

function roots(scene: Scene): Message[] {
  return scene.workspace
    .messages(deploys)
    .filter((message) => !message.thread_ts || message.thread_ts === message.ts);
}

function hasButton(message: Message, label: string): boolean {
  return readable(message).includes(`[${label}`);
}

/** The one line in the channel, once it says how it ended. */
async function ending(scene: Scene, root: Message): Promise<string> {
  const ended = await scene.workspace.waitFor(() => {
    const now = roots(scene).find(({ ts }) => ts === root.ts);
    return now && over.test(readable(now)) ? readable(now) : undefined;
  }, PATIENCE_MS);
  return ended;
}

/** Every line of a deployment that is over begins with one of these. */
const over = /^(?:✅|❌|⏹|🚫|⌛|↩|🚨)/u;

async function waitInThread(scene: Scene, root: Message, pattern: RegExp): Promise<void> {
  await scene.workspace.waitFor(
    () =>
      scene.workspace.thread(deploys, root.ts).some((message) => pattern.test(readable(message))),
    PATIENCE_MS,
  );
}

async function liveSlot(scene: Scene): Promise<string> {
  const answer = await scene.hosts[0]?.exec('cat /opt/argo-trading/.current_color');
  return answer?.stdout.trim() ?? '';
}

/** After a rollback the environment is locked, and whoever tries learns why. */
async function refused(
  scene: Scene,
  expect: (what: string, holds: boolean) => void,
): Promise<void> {
  const { workspace } = scene;
  const before = workspace.ephemerals(people.ada.id).length;
  await workspace.as(people.ada.id).command(deploys, '/argo', 'deploy');
  const told = await workspace.waitFor(
    () => workspace.ephemerals(people.ada.id).slice(before).at(0),
    PATIENCE_MS,
  );
  expect(
    'a further deployment is refused: the environment is locked',
    /lock/i.test(readable(told)),
  );
}
