import { approve, ask, ending, inThread, liveSlot, told } from './acts.ts';
import { commit } from './engine/repository.ts';
import { deploys } from './people.ts';
import type { Scene } from './scene.ts';
import { startTraffic } from './traffic.ts';
import type { LoadReport } from './traffic-tally.ts';
import { transcript } from './transcript.ts';
import type { Message } from './workspace/model.ts';

export interface StoryReport {
  /** What did not happen as it should have; empty when all of it did. */
  wrong: string[];
  threads: string[];
  traffic: LoadReport;
}

type Say = (line: string) => void;

/** The whole story: a first release, a good one under load, and one that goes bad after the switch. */
export async function playStory(scene: Scene, say: Say): Promise<StoryReport> {
  const [host] = scene.hosts;
  if (!host) throw new Error('the story needs a host');
  const wrong: string[] = [];
  const expect = (what: string, holds: boolean): void => {
    say(`${holds ? 'ok    ' : 'NOT OK'} ${what}`);
    if (!holds) wrong.push(what);
  };

  const first = await deploy(scene, 'deploy', say);
  expect('the first release is live', /^✅.*live/u.test(await ending(scene, first)));

  const traffic = await startTraffic(`${host.publicUrl}/api/v1/signals`, { perSecond: 200 });
  await commit(scene.repository, onePair);
  const second = await deploy(scene, 'deploy green', say);
  expect('the second is live', /^✅.*green.*live/u.test(await ending(scene, second)));
  expect('green has the traffic', (await liveSlot(scene)) === 'green');

  await commit(scene.repository, worsens);
  const third = await deploy(scene, 'deploy', say);
  await inThread(scene, third, /degraded/i);
  say('ok     an alert was posted while it was degraded');
  expect('it was rolled back by itself', /^↩.*rolled back/u.test(await ending(scene, third)));
  expect('green has the traffic again', (await liveSlot(scene)) === 'green');

  const load = await traffic.stop();
  expect(`none of ${load.sent} requests failed`, load.failed === 0 && load.sent > 0);
  // After a rollback the environment is locked, and whoever tries learns why.
  expect('a further one is refused: locked', /lock/i.test(await told(scene, 'ada', 'deploy')));
  const thread = ({ ts }: Message): string => transcript(scene.workspace.thread(deploys, ts));
  return { wrong, threads: [first, second, third].map(thread), traffic: load };
}

const onePair = {
  message: 'Follow one more currency',
  files: { 'argo/more.json': '["CHF"]\n' },
};

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
async function deploy(scene: Scene, words: string, say: Say): Promise<Message> {
  say(`ada    /argo ${words}`);
  const root = await ask(scene, 'ada', words);
  await approve(scene, root);
  say('ben    [Approve]');
  return root;
}
