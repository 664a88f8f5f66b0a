import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canBootHosts } from '../sandbox/host/can-boot.ts';
import { bootHosts } from '../sandbox/host/host.ts';
import { keptWarm } from '../sandbox/argo-yml.ts';
import { type Scene, startScene } from '../sandbox/scene.ts';
import { ensurePackages, sandboxPackages } from '../sandbox/setup.ts';
import { PREPARED } from '../src/deploy/engine/warm-up.ts';
import { connectRedis } from '../src/redis/connection/connect.ts';
import { type Acks, measureAcks } from './acks.ts';
import { argoBot } from './argo.ts';
import type { Contender } from './contender.ts';
import { measurePython, type PythonTimes } from './python.ts';
import { acksLine, promises, stagesTable, timesTable } from './report.ts';
import { type Measured, playRounds } from './rounds.ts';
import { measureRest, restLines } from './rest.ts';
import { scripted } from './scripted.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

interface Options {
  rounds: number;
  files: number;
  acks: number;
  alone: boolean;
  rest: boolean;
}

/** Side by side with what people use today: same change, same kind of host, taking turns in one run. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      files: { type: 'string', default: '3000' },
      /** How many slash commands; 0 leaves that part out. */
      acks: { type: 'string', default: '500' },
      /** argo-bot alone: to compare two versions of it, run each in turns. */
      alone: { type: 'boolean', default: false },
      /** Only memory and CPU of processes at rest. */
      rest: { type: 'boolean', default: false },
    },
  });
  const { alone, rest } = values;
  const options = { rounds: +values.rounds, files: +values.files, acks: +values.acks, alone, rest };
  await ensurePackages(sandboxPackages);
  const able = canBootHosts();
  if (!able.ok) {
    say(`This machine cannot boot the sandbox's hosts: ${able.reason}`);
    return 1;
  }
  const ends: (() => Promise<void> | void)[] = [];
  let ending: Promise<void> | undefined;
  const endAll = (): Promise<void> => (ending ??= endInTurn(ends));
  void interrupted()
    .then(endAll)
    .then(() => process.exit(130));
  try {
    await measure(options, ends);
    return 0;
  } finally {
    await endAll();
  }
}

/** The last begun ends first; what is begun meanwhile ends too. */
async function endInTurn(ends: (() => Promise<void> | void)[]): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

async function measure(options: Options, ends: (() => Promise<void> | void)[]): Promise<void> {
  const { rounds, files, acks: commands } = options;
  const python = options.rest ? undefined : await measurePython(rounds);
  say(`Booting hosts; ${files} more files in the repository, ${rounds} rounds.`);
  const starting = startScene({
    files,
    watch: { checks: 2, interval_seconds: 0.2 },
    // The scripts beside it keep the old slot warm, too.
    ...keptWarm,
  });
  // Whoever interrupts the start waits for what it brings up, so that it can be taken down.
  ends.push(async () => (await starting.catch(() => undefined))?.stop());
  const scene = await starting;
  await madeReady(scene);
  if (python === undefined) {
    for (const line of restLines(await measureRest(scene))) say(line);
    return;
  }
  const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
  ends.push(() => redis.disconnect());
  const contenders = [argoBot(scene, redis), ...(options.alone ? [] : await others(scene, ends))];
  const measured = await playRounds(contenders, scene.repository, rounds, say);
  const acks = commands > 0 ? await measureAcks(scene, commands, rounds * 3) : undefined;
  tell(measured, acks, python);
}

/** A bot runs for weeks before somebody deploys; one that has run for seconds is not what is measured. */
async function madeReady({ workers }: Scene): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!workers.every(({ log }) => readFileSync(log, 'utf8').includes(PREPARED))) {
    if (Date.now() > deadline) throw new Error('no worker was ready within a minute');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What people use today. The two ways of the hand procedure differ in nothing but the sleeps. */
async function others(scene: Scene, ends: (() => Promise<void> | void)[]): Promise<Contender[]> {
  const { repository, folder } = scene;
  const booting = bootHosts(3, { name: 'peer' });
  ends.push(async () => {
    const booted = await booting.catch(() => []);
    await Promise.all(booted.map((host) => host.stop()));
  });
  const [byHand, inPlace, tight] = await booting;
  if (!byHand || !inPlace || !tight) throw new Error('three hosts were wanted');
  const script = 'hand.sh';
  return [
    await scripted({
      name: 'by hand, sleeps',
      host: byHand,
      repository,
      folder,
      script,
      sleeps: true,
    }),
    await scripted({
      name: 'by hand, no sleeps',
      host: inPlace,
      repository,
      folder,
      script,
      sleeps: false,
    }),
    await scripted({
      name: 'tight blue/green',
      host: tight,
      repository,
      folder,
      script: 'blue-green.sh',
      sleeps: false,
    }),
  ];
}

function tell(measured: Measured, acks: Acks | undefined, python: PythonTimes): void {
  say(`\n${timesTable(measured)}`);
  for (const [act, what] of [
    ['first', 'first deployment, quiet'],
    ['change', 'one file, quiet'],
    ['back', 'rollback, 200/s'],
  ] as const) {
    say(`\n${what}\n${stagesTable(measured, act)}`);
  }
  if (acks) say(`\n${acksLine(acks)}`);
  say('');
  for (const line of promises(measured, acks, python)) say(line);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

process.exit(await main());
