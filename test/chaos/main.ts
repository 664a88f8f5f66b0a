import { parseArgs } from 'node:util';
import { canBootHosts } from '../../sandbox/host/can-boot.ts';
import { ensurePackages, sandboxPackages } from '../../sandbox/setup.ts';
import { campaign } from './campaign.ts';
import { faults, planOf } from './plan.ts';
import { lastLine, table } from './table.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run chaos`: random faults at random instants of whole deployments, and a look at what became of them. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10' },
      /** Of the first run; each next one has the next number. A run that failed: --runs 1 --seed N. */
      seed: { type: 'string', default: '1' },
      /** Only faults whose name matches; the seeds of others are passed over. */
      only: { type: 'string' },
      /** Worlds side by side. */
      jobs: { type: 'string', default: '1' },
    },
  });
  const first = Number(values.seed);
  const count = Number(values.runs);
  const jobs = Number(values.jobs);
  if (![first, count, jobs].every(Number.isSafeInteger) || count < 1 || jobs < 1) {
    say('--runs, --seed and --jobs are whole numbers.');
    return 2;
  }
  const seeds = seedsOf(first, count, new RegExp(values.only ?? ''));
  if (seeds.length === 0) {
    say(`No fault is named like that. There are: ${faults.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  await ensurePackages(sandboxPackages);
  const able = canBootHosts();
  if (!able.ok) {
    say(`This machine cannot boot the sandbox's hosts: ${able.reason}`);
    return 1;
  }
  const played = await campaign(
    seeds.map((seed) => planOf(seed)),
    say,
    interrupted(),
    jobs,
  );
  say(table(played));
  say(lastLine(played));
  const well = played.length === seeds.length && played.every(({ wrong }) => wrong.length === 0);
  return well ? 0 : 1;
}

function seedsOf(first: number, count: number, wanted: RegExp): number[] {
  if (!faults.some(({ name }) => wanted.test(name))) return [];
  const seeds: number[] = [];
  for (let seed = first; seeds.length < count; seed += 1) {
    if (wanted.test(planOf(seed).fault.name)) seeds.push(seed);
  }
  return seeds;
}

function interrupted(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return stop.signal;
}

process.exit(await main());
