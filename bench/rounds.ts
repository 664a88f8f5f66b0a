// Plays rounds of deployments, with all contenders in turns, and measures each act.
import { commit, type Repository } from '../sandbox/engine/repository.ts';
import { startTraffic } from '../sandbox/traffic.ts';
import type { LoadReport } from '../sandbox/traffic-tally.ts';
import type { Change, Contender, Told } from './contender.ts';
import { median } from './figures.ts';
import { ownStart } from './own-start.ts';
import { watchPublic } from './until-public.ts';

/** The acts of a round, in order; under load the public address gets 200 requests a second. */
export const acts = ['first', 'change', 'loaded', 'back'] as const;
export type Act = (typeof acts)[number];

export interface Sample {
  contender: string;
  act: Act;
  /** From the command to the first public answer of the new version, without the approver's wait. */
  ms: number;
  told: Told;
  traffic: LoadReport | undefined;
}

export interface Measured {
  samples: Sample[];
  ownStarts: number[];
}

type Say = (line: string) => void;

/** All contenders take turns at every act, so that whatever else the machine does hits all of them. */
export async function playRounds(
  contenders: readonly Contender[],
  repository: Repository,
  rounds: number,
  say: Say,
): Promise<Measured> {
  const measured: Measured = { samples: [], ownStarts: [] };
  const history: Change[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) await contender.wipe();
    for (const act of acts) {
      if (act !== 'back') history.push(await newChange(repository));
      for (const contender of contenders) {
        const sample = await play(contender, act, history);
        measured.samples.push(sample);
        say(
          `round ${round}  ${act.padEnd(7)} ${contender.name.padEnd(22)} ${Math.round(sample.ms)} ms`,
        );
      }
    }
    const argo = contenders.find(({ name }) => name === 'argo-bot');
    if (argo) measured.ownStarts.push(await ownStart(argo.host));
  }
  return measured;
}

/** One file differs from the change before. */
export async function newChange(repository: Repository): Promise<Change> {
  const count = (await repository.git('rev-list', '--count', 'HEAD')).trim();
  const version = `bench-${count.padStart(5, '0')}`;
  const sha = await commit(repository, {
    message: `Call it ${version}`,
    files: { VERSION: `${version}\n` },
  });
  return { sha, version };
}

/** Measures one act of one contender with the newest change of the history, or the one before. */
export async function play(
  contender: Contender,
  act: Act,
  history: readonly Change[],
): Promise<Sample> {
  const wanted = history.at(act === 'back' ? -2 : -1);
  if (!wanted) throw new Error('there is nothing to deploy');
  const { host } = contender;
  const loaded = act === 'loaded' || act === 'back';
  const traffic = loaded
    ? await startTraffic(`${host.publicUrl}/api/v1/signals`, { maxSeconds: 120 })
    : undefined;
  const poll = await watchPublic(host, contender.signOf(wanted));
  try {
    const began = Date.now();
    const told = act === 'back' ? await contender.goBack(wanted) : await contender.deploy(wanted);
    const ms = (await poll.seenAt) - began - told.approverMs;
    const report = await traffic?.stop();
    return { contender: contender.name, act, ms, told, traffic: report };
  } finally {
    await poll.stop();
  }
}

export function timeOf(samples: readonly Sample[], name: string, act: Act): number {
  return median(samples.filter((s) => s.contender === name && s.act === act).map(({ ms }) => ms));
}
