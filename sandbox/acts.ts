import { deploys, people } from './people.ts';
import type { Scene } from './scene.ts';
import { readable, transcript } from './transcript.ts';
import type { Message } from './workspace/model.ts';

/** Long enough for a first deployment on a busy machine; every wait ends at once when it is over. */
export const patienceMs = 120_000;

/** Every line of a deployment that is over begins with one of these. */
export const over = /^(?:✅|⚠|❌|⏹|🚫|⌛|↩|🚨|📝)/u;

/** A checklist of a deployment that is not over begins so. */
const goingOn = /^(?:🕒|⚪|🔵|🟡|🟢|🟠) (?:Rolling back · )?\d+\/\d+ · /u;

type User = keyof Pick<typeof people, 'ada' | 'ben' | 'cleo'>;

/** Types `/argo …` and waits for the deployment's message in the channel. */
export async function ask(scene: Scene, user: User, words: string): Promise<Message> {
  const { workspace } = scene;
  const before = new Set(roots(scene).map(({ ts }) => ts));
  const answer = await workspace.as(people[user].id).command(deploys, '/argo', words);
  if (!answer.ok) throw new Error(`/argo ${words} was not acknowledged: ${answer.error ?? ''}`);
  return workspace.waitFor(() => roots(scene).find(({ ts }) => !before.has(ts)), patienceMs);
}

/** Types `/argo …` and waits for the answer: private, or what everyone in the channel is told (`unlock`). */
export async function told(scene: Scene, user: User, words: string): Promise<string> {
  const { workspace } = scene;
  const { id } = people[user];
  const before = workspace.ephemerals(id).length;
  const known = new Set(roots(scene).map(({ ts }) => ts));
  await workspace.as(id).command(deploys, '/argo', words);
  const answer = await workspace.waitFor(
    () => workspace.ephemerals(id)[before] ?? roots(scene).find(({ ts }) => !known.has(ts)),
    patienceMs,
  );
  return readable(answer);
}

function goesOn(message: Message): boolean {
  return goingOn.test(readable(message));
}

/** What comes first: the card with the buttons, or the end. */
export function cardOrEnd(scene: Scene, root: Message): Promise<Message | 'over'> {
  return scene.workspace.waitFor(
    () => isOver(scene, root) ?? threadOf(scene, root).find((m) => hasButton(m, 'Approve')),
    patienceMs,
  );
}

/** The card with the buttons; fails with the whole thread when the deployment ends before it. */
export async function approvalCard(scene: Scene, root: Message): Promise<Message> {
  const found = await cardOrEnd(scene, root);
  if (found !== 'over') return found;
  throw new Error(`it ended before the approval:\n${transcript(threadOf(scene, root))}`);
}

export async function approve(scene: Scene, root: Message): Promise<void> {
  const card = await approvalCard(scene, root);
  const click = await scene.workspace.as(people.ben.id).click(deploys, card.ts, 'Approve');
  if (!click.ok) throw new Error(`Approve was not acknowledged: ${click.error ?? ''}`);
}

/** The one line in the channel, once it and the checklist say how it ended. They are painted apart. */
export async function ending(scene: Scene, root: Message): Promise<string> {
  const { workspace } = scene;
  await workspace.waitFor(() => isOver(scene, root), patienceMs);
  await workspace.waitFor(() => !threadOf(scene, root).some(goesOn), patienceMs);
  return line(scene, root);
}

/** Waits until some message of the thread matches. */
export async function inThread(scene: Scene, root: Message, pattern: RegExp): Promise<Message> {
  return scene.workspace.waitFor(
    () => threadOf(scene, root).find((message) => pattern.test(readable(message))),
    patienceMs,
  );
}

export function threadOf(scene: Scene, root: Message): Message[] {
  return scene.workspace.thread(deploys, root.ts);
}

/** What Ben reads when he opens Details on the card; the card shows what is most important. */
export async function readDetails(scene: Scene, card: Message): Promise<string> {
  const ben = scene.workspace.as(people.ben.id);
  const click = await ben.click(deploys, card.ts, 'Details');
  if (!click.ok) throw new Error(`Details was not acknowledged: ${click.error ?? ''}`);
  const view = await scene.workspace.waitFor(() => ben.openView(), patienceMs);
  await ben.cancelView(view.id);
  return readable({ text: '', blocks: view.blocks });
}

export function hasButton(message: Message, label: string): boolean {
  return readable(message).includes(`[${label}`);
}

export async function liveSlot(scene: Scene): Promise<string> {
  const answer = await scene.hosts[0]?.exec('cat /opt/argo-trading/.current_color');
  return answer?.stdout.trim() ?? '';
}

function isOver(scene: Scene, root: Message): 'over' | undefined {
  return over.test(line(scene, root)) ? 'over' : undefined;
}

function line(scene: Scene, root: Message): string {
  const now = roots(scene).find(({ ts }) => ts === root.ts);
  return now ? readable(now) : '';
}

function roots(scene: Scene): Message[] {
  return scene.workspace
    .messages(deploys)
    .filter((message) => !message.thread_ts || message.thread_ts === message.ts);
}
