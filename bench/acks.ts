// Measures how fast slash commands are acknowledged while deployments run.
import { setTimeout as pause } from 'node:timers/promises';
import { approve, ask, ending } from '../sandbox/acts.ts';
import { deploys, people } from '../sandbox/people.ts';
import type { Scene } from '../sandbox/scene.ts';
import { newChange } from './rounds.ts';

/** What people type while they wait: questions, help, and slips of the finger. */
const words = ['status', 'help', 'statsu', 'deploy gren', 'history', 'deploy --env nowhere', ''];
const everyMs = 50;

export interface Acks {
  latencies: number[];
  unanswered: number;
  deployments: number;
}

/** Deploys one change after another, and types at 20 commands a second while they run. */
export async function measureAcks(scene: Scene, wanted: number): Promise<Acks> {
  const from = scene.workspace.acks().length;
  let typed = 0;
  let deployments = 0;
  while (typed < wanted) {
    await newChange(scene.repository);
    const root = await ask(scene, 'ada', 'deploy');
    deployments += 1;
    const over = new AbortController();
    const typing = type(scene, typed, over.signal);
    try {
      await approve(scene, root);
      const line = await ending(scene, root);
      if (!line.startsWith('✅')) throw new Error(`the deployment did not make it: ${line}`);
    } finally {
      over.abort();
      typed = await typing;
    }
  }
  const acks = scene.workspace
    .acks()
    .slice(from)
    .filter(({ type: kind }) => kind === 'slash_commands');
  const latencies = acks.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
  return { latencies, unanswered: acks.length - latencies.length, deployments };
}

/** At a steady pace, whether or not earlier ones were answered. Returns how many there are now. */
async function type(scene: Scene, typed: number, over: AbortSignal): Promise<number> {
  const cleo = scene.workspace.as(people.cleo.id);
  const began = performance.now();
  const sent: Promise<unknown>[] = [];
  while (!over.aborted) {
    const number = typed + sent.length;
    sent.push(cleo.command(deploys, '/argo', words[number % words.length]));
    const due = began + sent.length * everyMs;
    await pause(Math.max(1, due - performance.now()), undefined, { signal: over }).catch(() => {});
  }
  await Promise.all(sent);
  return typed + sent.length;
}
