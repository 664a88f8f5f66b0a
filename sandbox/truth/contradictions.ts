import { patienceMs } from '../acts.ts';
import { deploys, people } from '../people.ts';
import type { Scene } from '../scene.ts';
import { type Readable, readable } from '../transcript.ts';
import { forgetRequests } from './forget-requests.ts';
import { isRecord } from '../workspace/model.ts';
import { type Spot, type Truth, truthOf } from './host-truth.ts';
import { endIn, liveIn, type SaidLive } from './said.ts';

/** With every time of rich text as mrkdwn has it, which a reader of the transcript gets as words. */
function timed({ text, blocks = [] }: Readable): Readable {
  const json = JSON.stringify(blocks, (_key, value: unknown) =>
    isRecord(value) && value['type'] === 'date'
      ? { type: 'text', text: `<!date^${String(value['timestamp'])}^>` }
      : value,
  );
  const again: unknown = JSON.parse(json);
  return { text, blocks: Array.isArray(again) ? again.filter(isRecord) : [] };
}

/** Somebody who may only look asks for the status. */
export async function statusOf(scene: Scene, { environment }: Spot): Promise<SaidLive> {
  const { workspace } = scene;
  const { id } = people.cleo;
  await forgetRequests(scene, id);
  const before = workspace.ephemerals(id).length;
  await workspace.as(id).command(deploys, '/argo', `status --env ${environment}`);
  const answer = await workspace.waitFor(() => workspace.ephemerals(id)[before], patienceMs);
  return liveIn(readable(timed(answer)), environment);
}

/** Somebody who may deploy opens the Home tab. */
export async function homeOf(scene: Scene, { environment }: Spot): Promise<SaidLive> {
  const { workspace } = scene;
  const { id } = people.ada;
  await forgetRequests(scene, id);
  const before = workspace.home(id);
  await workspace.as(id).openHome();
  const view = await workspace.waitFor(() => {
    const now = workspace.home(id);
    return now !== undefined && now !== before ? now : undefined;
  }, patienceMs);
  return liveIn(readable(timed({ text: '', blocks: view.blocks })), environment);
}

/** What is wrong with it, where the host was the same before and after it was said. */
export function liveContradicts(said: SaidLive, truth: Truth): string[] {
  switch (said.kind) {
    case 'silent':
      return [`it does not say what is live: ${said.text}`];
    case 'moving':
    case 'unknown':
      return [];
    case 'nothing':
    case 'before':
      return truth.live === undefined ? [] : [`it says "${said.kind}", the host has ${truth.live}`];
    case 'release': {
      const { release, movedAt } = said;
      const wrong = [];
      if (release !== truth.live) wrong.push(`it says ${release}, the host has ${truth.live}`);
      else if (truth.answers !== undefined && truth.answers !== release)
        wrong.push(`it says ${release}, ${truth.answers} answers`);
      // The bot notes a move when the host has answered.
      if (movedAt < Math.floor(truth.movedAt))
        wrong.push(`it says since ${movedAt}, the host moved users at ${truth.movedAt}`);
      return wrong;
    }
  }
}

export interface Ended {
  /** The deployment's message in the channel. */
  line: string;
  thread: string;
  /** What was live before it. */
  before: string | undefined;
  locked: boolean;
}

/** Once a deployment is over, every message of it must agree with the host. */
export function endContradicts({ line, thread, before, locked }: Ended, truth: Truth): string[] {
  const said = endIn(line, thread);
  const wrong: string[] = [];
  const { live } = truth;
  if (said.live !== undefined && live?.endsWith(said.live) !== true)
    wrong.push(`the channel says ${said.live}, the host has ${live}`);
  if (said.unchanged && before !== live)
    wrong.push(`the channel says nothing live was changed, ${before} became ${live}`);
  if (said.usersOn !== undefined && said.usersOn !== truth.slot && said.usersOn !== live)
    wrong.push(
      `the thread says users are on ${said.usersOn}, they are on ${truth.slot} with ${live}`,
    );
  if (said.good && truth.verdicts[live ?? ''] !== 'good')
    wrong.push(`the thread says good, the host has ${truth.verdicts[live ?? '']}`);
  if (said.locked && !locked) wrong.push('the thread says that it is locked, it is not');
  if (said.stopped !== undefined && truth.units[said.stopped] === 'active')
    wrong.push(`the thread says ${said.stopped} is stopped, it runs`);
  if (truth.slot !== undefined && truth.units[truth.slot] !== 'active')
    wrong.push(`users are on ${truth.slot}, which is ${truth.units[truth.slot]}`);
  return wrong;
}

/** Asks the status and the Home tab, between two looks at the host. */
export async function askBoth(
  scene: Scene,
  spot: Spot,
): Promise<{ said: SaidLive[]; wrong: string[]; truth: Truth }> {
  const [host] = scene.hosts;
  if (!host) throw new Error('the scene has no host');
  const said: SaidLive[] = [];
  const wrong: string[] = [];
  let before = await truthOf(host, spot);
  for (const [name, ask] of Object.entries({ status: statusOf, Home: homeOf })) {
    const heard = await ask(scene, spot);
    const after = await truthOf(host, spot);
    // While users are moved nobody can say at which instant it was said.
    const still = before.live === after.live && before.movedAt === after.movedAt;
    if (still) wrong.push(...liveContradicts(heard, after).map((why) => `${name}: ${why}`));
    said.push(heard);
    before = after;
  }
  return { said, wrong, truth: before };
}
