// Compares argo-bot with what people use today: the same change, the same kind of host, in turns in one run.
import { parseArgs } from 'node:util';
import { canBootHosts } from '../sandbox/host/can-boot.ts';
import { ensurePackages, sandboxPackages } from '../sandbox/setup.ts';
import { connectRedis } from '../src/redis/connection/connect.ts';
import { measureAcks } from './acks.ts';
import { argoBot } from './argo.ts';
import { startBenchScene } from './bench-scene.ts';
import { TIGHT } from './contender.ts';
import { others } from './contenders.ts';
import { measureDelay } from './delay.ts';
import { endInTurn, type Ends, interrupted } from './ends.ts';
import { manyHosts } from './hosts.ts';
import { peerPackages } from './peers/peers.ts';
import { measurePython } from './python.ts';
import { reportLines } from './report.ts';
import { measureRest, restLines } from './rest.ts';
import { playRounds } from './rounds.ts';
import { untilReady } from './until-ready.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      files: { type: 'string', default: '3000' },
      /** How many slash commands at least; 0 leaves that part out. */
      acks: { type: 'string', default: '500' },
      /** Milliseconds each way between a deployer and its host; 0 leaves that part out. */
      delay: { type: 'string', default: '50' },
      /** Capistrano and Ansible, too. */
      peers: { type: 'boolean', default: false },
      /** argo-bot alone: to compare two versions of it, run each in turns. */
      alone: { type: 'boolean', default: false },
      /** Only memory and CPU of processes at rest. */
      rest: { type: 'boolean', default: false },
      /** Only deployments to this many simulated hosts, and the CPU time that one costs a real host. */
      hosts: { type: 'string', default: '0' },
    },
  });
  const { rounds, files, acks, delay, hosts, ...switches } = values;
  const numbers = { rounds: +rounds, files: +files, acks: +acks, delay: +delay, hosts: +hosts };
  return { ...switches, ...numbers };
}

type Options = ReturnType<typeof readOptions>;

async function main(): Promise<number> {
  const options = readOptions();
  await ensurePackages([...sandboxPackages, ...(options.peers ? peerPackages : [])]);
  const able = canBootHosts();
  if (!able.ok) {
    say(`This machine cannot boot the sandbox's hosts: ${able.reason}`);
    return 1;
  }
  const ends: Ends = [];
  let ending: Promise<void> | undefined;
  const endAll = (): Promise<void> => (ending ??= endInTurn(ends));
  void interrupted()
    .then(endAll)
    .then(() => process.exit(130));
  try {
    if (options.hosts > 0) await manyHosts({ ...options, say }, ends);
    else await (options.rest ? rest(options, ends) : compare(options, ends));
    return 0;
  } finally {
    await endAll();
  }
}

async function rest({ files }: Options, ends: Ends): Promise<void> {
  const { scene } = await startBenchScene(files, false, ends);
  await untilReady(scene.workers);
  for (const line of restLines(await measureRest(scene))) say(line);
}

async function compare(options: Options, ends: Ends): Promise<void> {
  const { rounds, files, alone, peers, delay: delayMs } = options;
  const python = await measurePython(rounds);
  say(`Booting hosts; ${files} more files in the repository, ${rounds} rounds.`);
  const bench = await startBenchScene(files, delayMs > 0 && !alone, ends);
  const { scene, near } = bench;
  await untilReady(scene.workers);
  const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
  ends.push(() => redis.disconnect());
  const contenders = [
    argoBot({ scene, redis, host: near, environment: 'production' }),
    ...(alone ? [] : await others(scene, peers, ends)),
  ];
  const measured = await playRounds(contenders, scene.repository, rounds, say);
  const tight = contenders.find(({ name }) => name === TIGHT)?.host;
  const delay =
    bench.far && tight
      ? await measureDelay(bench, { delayMs, rounds, redis, tight, say }, ends)
      : undefined;
  const acks = options.acks > 0 ? await measureAcks(scene, options.acks) : undefined;
  for (const line of reportLines({ measured, delay, acks, python })) say(line);
}

process.exit(await main());
