import { setTimeout as pause } from 'node:timers/promises';
import { ask, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { transcript } from '../../sandbox/transcript.ts';
import type { Ending } from '../../src/deploy/record/events.ts';
import { placeKey } from '../../src/redis/records/keys.ts';
import { unexpected } from './checks/ending.ts';
import { finalState } from './checks/final-state.ts';
import { hostState, liveRelease, type HostState } from './checks/host-state.ts';
import { journalOrder, oneActor } from './checks/order.ts';
import { lost } from './checks/requests.ts';
import { secretsSeen } from './checks/secrets.ts';
import { postedOnce } from './checks/slack.ts';
import { saysTheTruth } from './checks/truth.ts';
import { endingOf, follow, hostJournalEnd, type Follower } from './follow.ts';
import { startLoad, type Load } from './load.ts';
import { decide, tellRival } from './deciding.ts';
import { endingLine, labelOf, messagesOf, saysInterrupted } from './messages.ts';
import type { Plan } from './plan.ts';
import { beginRun, type Run } from './run.ts';
import { takeovers } from './takeovers.ts';
import { place, type World } from './world.ts';

export interface Played {
  plan: Plan;
  ending: Ending | 'none';
  wrong: string[];
  /** Whether the instant came. */
  struck: boolean;
  ms: number;
  requests: number;
  requestsLost: number;
  /** How long nobody had the deployment after a worker had gone. */
  takeoverMs: number;
  /** The deployment did not come to its end: this world is no good any more. */
  stuck: boolean;
  thread: string;
}

/** Longer than any wait of the bot's for a host that is away. */
const END_MS = 150_000;
const SHOWN_MS = 40_000;
const UNLOCK_MS = 30_000;

/** One deployment under load with one thing broken, and everything looked at afterwards. */
export async function play(world: World, plan: Plan): Promise<Played> {
  const { scene } = world;
  await world.complete();
  await scene.workspace.waitFor(() => scene.workspace.connections() > 0, SHOWN_MS);
  await change(world, plan);
  const before = await hostState(world);
  const load = await startLoad(`${world.host.publicUrl}/api/v1/signals`);
  try {
    return await underLoad(world, plan, before, load);
  } finally {
    await load.stop();
  }
}

async function underLoad(world: World, plan: Plan, before: HostState, load: Load): Promise<Played> {
  const { scene } = world;
  const rival = plan.fault.rivals ? tellRival(world) : undefined;
  const from = hostJournalEnd(world);
  const root = await ask(scene, 'ada', 'deploy');
  const id = labelOf(root)?.deployment ?? '';
  const run = beginRun(id, root);
  run.wrong.push(...((await rival) ?? []));
  const follower = follow(world, run, from);
  const { ended, struck } = await carryOn(world, plan, run, follower).catch((error: unknown) => {
    follower.stop();
    throw error;
  });
  const { report, failed } = await load.stop().finally(() => follower.stop());
  const ending = endingOf(run);
  const requestsLost = lost(run, failed);
  const wrong = [
    ...run.wrong,
    ...(ended ? [] : [`lost: it has not ended after ${END_MS / 1_000} s`]),
    ...(ended ? await shown(world, run) : []),
    ...unexpected(plan, run, ending, struck),
    ...(requestsLost.length > 0
      ? [`${requestsLost.length} requests lost: ${requestsLost[0]}`]
      : []),
    ...journalOrder(run.events),
    ...oneActor(follower.lines, run.off.length > 0),
    ...postedOnce(world, run),
    ...(ended ? await settled(world, run.next ?? run, before, endingOf(run.next ?? run)) : []),
    ...(ended ? await saysTheTruth(world, run.next ?? run, before) : []),
    ...(run.next ? await also(world, run.next) : []),
    ...(await secretsSeen(world)),
  ];
  const takeoverMs = takeovers(run);
  if (takeoverMs > 20_000) wrong.push(`nobody took it over for ${Math.round(takeoverMs)} ms`);
  wrong.push(...(await unlock(world)));
  return {
    plan,
    ending: ending ?? 'none',
    wrong,
    struck,
    ms: Date.now() - run.began,
    requests: report.sent,
    requestsLost: requestsLost.length,
    takeoverMs,
    stuck: !ended,
    thread: wrong.length > 0 ? transcript(messagesOf(world, id)) : '',
  };
}

/** What a person does who is told that nobody answered, or whose role was given back just now: again. */
async function unlock({ redis, scene }: World): Promise<string[]> {
  const answers = new Set<string>();
  const until = Date.now() + UNLOCK_MS;
  while (await redis.exists(placeKey('lock', place))) {
    if (Date.now() > until) return [`still locked: ${[...answers].join(' | ')}`];
    // Just after all sockets were refreshed there is nobody to ask.
    await scene.workspace.waitFor(() => scene.workspace.connections() > 0, SHOWN_MS);
    answers.add(await told(scene, 'ben', 'unlock').catch((error: unknown) => String(error)));
  }
  return [];
}

async function change({ scene }: World, { seed, quality }: Plan): Promise<void> {
  const bad = { after: 'proxy', unhealthyAfterSeconds: 0.8 };
  await commit(scene.repository, {
    message: `Change for seed ${seed}`,
    files: {
      'argo/notes.json': `${JSON.stringify({ seed, at: Date.now() })}\n`,
      'behaviour.json': `${JSON.stringify(quality === 'bad' ? bad : {})}\n`,
    },
  });
}

async function carryOn(
  world: World,
  plan: Plan,
  run: Run,
  follower: Follower,
): Promise<{ ended: boolean; struck: boolean }> {
  const { fault, instant, random } = plan;
  const over = new AbortController();
  let struck = false;
  const striking = Promise.race([
    follower.reached(instant).then(() => true),
    new Promise<false>((done) => over.signal.addEventListener('abort', () => done(false))),
  ]).then(async (came) => {
    struck = came;
    return came ? fault.strike(world, run, random) : undefined;
  });
  striking.catch((error: unknown) => run.wrong.push(`the fault itself failed: ${String(error)}`));
  if (!fault.decides) {
    decide(world, run, over.signal).catch((error: unknown) => run.wrong.push(String(error)));
  }
  const late = pause(END_MS, false, { signal: over.signal }).catch(() => false);
  const ended = await Promise.race([
    follower
      .until(
        () => endingOf(run) !== undefined || (run.recordsLost && saysInterrupted(world, run.id)),
      )
      .then(() => true),
    late,
  ]);
  over.abort();
  const mend = await striking.catch(() => undefined);
  await mend?.();
  await world.complete();
  return { ended, struck };
}

async function shown(world: World, run: Run): Promise<string[]> {
  if (run.channelGone) {
    const live = liveRelease(await hostState(world));
    const answer = await told(world.scene, 'ada', 'status');
    return answer.includes(live) ? [] : [`/argo status does not name ${live}: ${answer}`];
  }
  const line = await world.scene.workspace
    .waitFor(() => endingLine(world, run.id), SHOWN_MS)
    .catch(() => undefined);
  return line === undefined ? ['lost: the channel does not say how it ended'] : [];
}

/** The one that waited in line is held to the same. */
async function also(world: World, next: Run): Promise<string[]> {
  const ending = endingOf(next);
  return [
    ...(ending === 'succeeded' ? [] : [`the one in line ended as ${ending}`]),
    ...(await shown(world, next)),
    ...journalOrder(next.events),
    ...postedOnce(world, next),
  ].map((wrong) => `${next.id}: ${wrong}`);
}

async function settled(
  world: World,
  run: Run,
  before: HostState,
  ending: Ending | undefined,
): Promise<string[]> {
  try {
    return await finalState(world, run, before, ending);
  } catch (error) {
    return [`could not look: ${error instanceof Error ? error.message : String(error)}`];
  }
}
