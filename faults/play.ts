import { inThread, told } from '../sandbox/acts.ts';
import { commit } from '../sandbox/engine/repository.ts';
import { startTraffic, type Traffic } from '../sandbox/traffic.ts';
import type { LoadReport } from '../sandbox/traffic-tally.ts';
import { stagesOf } from '../src/deploy/record/plan.ts';
import { type DeploymentEvent, RequestSchema } from '../src/deploy/record/events.ts';
import { placeKey } from '../src/redis/records/keys.ts';
import { type Deployed, deploy, liveOn, shownBy, type Stop, stopOf, type Where } from './deploy.ts';
import type { Fault, Mend } from './fault.ts';
import { places, type World } from './world.ts';

export interface Played {
  name: string;
  /** What did not happen as the row says; empty when all of it did. */
  wrong: string[];
  stop: Stop;
  /** Of the whole row. */
  ms: number;
  traffic: LoadReport | undefined;
  /** The journal of the deployment that met the fault. */
  events: readonly DeploymentEvent[];
}

const perSecond = 50;

/** Breaks something, deploys, looks; mends it, and deploys the same once more. */
export async function play(world: World, fault: Fault): Promise<Played> {
  const began = performance.now();
  const seen: Pick<Played, 'stop' | 'events'> = {
    stop: { stage: '', code: '', message: '', log: undefined },
    events: [],
  };
  const wrong: string[] = [];
  const undo: Mend[] = [];
  let traffic: Traffic | undefined;
  let report: LoadReport | undefined;
  try {
    await nextChange(world, fault.name);
    const { given } = fault;
    if (given) undo.push(await world.configure(typeof given === 'function' ? given(world) : given));
    const before = await liveOn(world, fault);
    const mend = once(await fault.breaks(world));
    undo.unshift(mend);
    traffic = await startTraffic(`${world.host.publicUrl}/api/v1/signals`, { perSecond });
    const deployed = await deploy(world, fault, !stopsEarly(fault));
    seen.events = deployed.events;
    seen.stop = foundIn(deployed, fault) ?? seen.stop;
    wrong.push(...(await compare(world, fault, deployed)));
    if (fault.outcome !== 'shown') wrong.push(...(await stillLive(world, fault, before.release)));
    const later = await fault.afterwards?.(world);
    if (later !== undefined) wrong.push(later);
    await mend();
    await unlock(world, fault);
    wrong.push(...(await deploysNow(world, fault, before.release)));
    report = await traffic.stop();
    wrong.push(...lossesOf(report));
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
    report ??= await traffic?.stop();
  } finally {
    for (const one of undo) await one();
    await unlock(world, fault);
  }
  return { name: fault.name, wrong, ...seen, ms: performance.now() - began, traffic: report };
}

/** Every row has something to deploy. */
async function nextChange({ scene }: World, name: string): Promise<void> {
  await commit(scene.repository, {
    message: `Note ${name}`,
    files: { 'argo/notes.json': `${JSON.stringify({ name, at: Date.now() })}\n` },
  });
}

function once(mend: Mend): Mend {
  let done: Promise<void> | undefined;
  return () => (done ??= mend());
}

/** Nobody approves what should never have come to an approval. */
function stopsEarly(fault: Fault): boolean {
  const { outcome = 'stopped', stage, meanwhile, environment = 'production' } = fault;
  if (outcome !== 'stopped' || meanwhile) return false;
  const origin = { user: 'U0', channel: 'C0', team: 'T0' };
  const { strategy } = places[environment];
  const asked = { kind: 'deploy', service: '-', environment, strategy, origin };
  const request = RequestSchema.parse(asked);
  return stagesOf(request, 'prepare').some(({ name }) => name === stage);
}

function foundIn({ events }: Deployed, fault: Fault): Stop | undefined {
  if (fault.outcome !== 'shown') return stopOf(events);
  const all = shownBy(events);
  const shown = all.find(({ text }) => fault.says.test(text)) ?? all[0];
  return shown && { stage: shown.stage, code: 'warning', message: shown.text, log: undefined };
}

async function compare(world: World, fault: Fault, deployed: Deployed): Promise<string[]> {
  const { outcome = 'stopped', stage, code, says, log } = fault;
  const { line, thread, events } = deployed;
  const marks = {
    stopped: /^(?:❌|🚫|⌛|⏹)/u,
    'rolled-back': /^↩/u, // What the watch has seen is live, but never good.
    shown: fault.stage === 'watch' ? /^⚠/u : /^✅/u,
  };
  const wrong: string[] = [];
  if (!marks[outcome].test(line)) wrong.push(`wanted it ${outcome}, but: ${line}`);
  if (outcome === 'stopped' && deployed.asked && stopsEarly(fault)) {
    wrong.push('nobody stopped it: the approval was asked');
  }
  const found = foundIn(deployed, fault);
  if (!found) return [...wrong, `nothing in the journal tells of it:\n${thread}`];
  if (found.stage !== stage) wrong.push(`${found.stage} found it, not ${stage}`);
  if (code !== undefined && found.code !== code) wrong.push(`the code is ${found.code}`);
  if (!says.test(found.message)) wrong.push(`${String(says)} is not in: ${found.message}`);
  else await inThread(world.scene, deployed.root, says);
  if (log && !log.test(found.log ?? '')) wrong.push(`${String(log)} is not in: ${found.log}`);
  if (log) await inThread(world.scene, deployed.root, /\[file .*\.log/);
  if (/EXAMPLE-/.test(thread + JSON.stringify(events))) wrong.push('a secret was shown');
  return wrong;
}

async function stillLive(world: World, where: Where, release: string): Promise<string[]> {
  const now = await liveOn(world, where);
  return now.release === release ? [] : [`${now.release} is live, was ${release}`];
}

async function unlock(
  { scene, redis }: World,
  { environment = 'production' }: Where,
): Promise<void> {
  const place = { service: 'argo-trading', environment };
  if ((await redis.exists(placeKey('lock', place))) === 0) return;
  await told(scene, 'ben', `unlock --env ${environment}`);
}

/** A check that refuses everything would pass every row but for this. */
async function deploysNow(
  world: World,
  { environment = 'production' }: Where,
  before: string,
): Promise<string[]> {
  const { line, thread } = await deploy(world, { environment });
  if (!line.startsWith('✅')) return [`once mended it does not deploy: ${line}\n${thread}`];
  const { release } = await liveOn(world, { environment });
  return release === before ? ['once mended it says it deployed, and did not'] : [];
}

function lossesOf({ sent, failed, failures }: LoadReport): string[] {
  if (sent === 0) return ['no request was made'];
  if (failed === 0) return [];
  return [`${failed} requests failed: ${failures.map(({ reason }) => reason).join(', ')}`];
}
