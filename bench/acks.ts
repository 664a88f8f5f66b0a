// Measures how fast slash commands are acknowledged while deployments run: by argo-bot, and by a bare Bolt app.
import { setTimeout as pause } from 'node:timers/promises';
import { approve, ask, ending } from '../sandbox/acts.ts';
import { deploys, people } from '../sandbox/people.ts';
import type { Scene } from '../sandbox/scene.ts';
import type { Person } from '../sandbox/workspace/person.ts';
import { type BareBolt, startBareBolt } from './bare-bolt.ts';
import { newChange } from './rounds.ts';

/** What people type while they wait: questions, help, and slips of the finger. */
const words = ['status', 'help', 'statsu', 'deploy gren', 'history', 'deploy --env nowhere', ''];
/** For each app, a command at this pace; the other one's fall between. */
const everyMs = 50;
const leastDeployments = 10;
const environment = 'production';

export interface Answers {
  latencies: number[];
  unanswered: number;
}

export interface Acks {
  argo: Answers;
  bare: Answers;
  deployments: number;
}

/** Deploys one change after another, ten at least, and types at 20 commands a second while they run. */
export async function measureAcks(scene: Scene, wanted: number): Promise<Acks> {
  const bare = await startBareBolt();
  try {
    return await deployAndType(scene, bare, wanted);
  } finally {
    await bare.stop();
  }
}

async function deployAndType(scene: Scene, bare: BareBolt, wanted: number): Promise<Acks> {
  const [argo, theirs] = [scene.workspace, bare.workspace].map((workspace) => ({
    hand: workspace.as(people.cleo.id),
    answers: { latencies: [], unanswered: 0 },
  }));
  if (!argo || !theirs) throw new Error('two apps were wanted');
  let typed = 0;
  let deployments = 0;
  while (typed < wanted || deployments < leastDeployments) {
    await newChange(scene.repository);
    const root = await ask(scene, 'ada', `deploy --env ${environment}`);
    deployments += 1;
    const over = new AbortController();
    const typing = type([argo, theirs], typed, over.signal);
    try {
      await approve(scene, root);
      const line = await ending(scene, root);
      if (!line.startsWith('✅')) throw new Error(`the deployment did not make it: ${line}`);
    } finally {
      over.abort();
      typed = await typing;
    }
  }
  return { argo: argo.answers, bare: theirs.answers, deployments };
}

interface App {
  hand: Person;
  answers: Answers;
}

/** At a steady pace, whether or not earlier ones were answered. Returns how many each app has now. */
async function type(apps: readonly App[], typed: number, over: AbortSignal): Promise<number> {
  const began = performance.now();
  const sent: Promise<void>[] = [];
  // Ends after a whole turn, so that all apps get the same number.
  for (let at = 0; !over.aborted || at % apps.length > 0; at += 1) {
    const word = words[(typed + Math.floor(at / apps.length)) % words.length];
    const app = apps[at % apps.length];
    if (app) sent.push(timed(app, word));
    const due = began + ((at + 1) * everyMs) / apps.length;
    await pause(Math.max(1, due - performance.now()), undefined, { signal: over }).catch(() => {});
  }
  await Promise.all(sent);
  return typed + sent.length / apps.length;
}

async function timed({ hand, answers }: App, word: string | undefined): Promise<void> {
  const began = performance.now();
  const { ok } = await hand.command(deploys, '/argo', word);
  if (ok) answers.latencies.push(performance.now() - began);
  else answers.unanswered += 1;
}
