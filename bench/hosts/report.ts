// Writes the figures for many hosts, each bound, and whether it is met.
import { median, met, seconds, table } from '../figures.ts';
import type { Deployed, HostsMeasured } from './measure.ts';

const RATIO_BOUND = 1.5;
const CPU_BOUND_S = 2;
const LOOP_BOUND_MS = 50;

export function hostsLines({ one, many, hostCpu }: HostsMeasured, hosts: number): string[] {
  const [oneMs, manyMs] = [one, many].map((all) => medianOf(all, ({ ms }) => ms));
  if (oneMs === undefined || manyMs === undefined) return [];
  const ratio = manyMs / oneMs;
  const cpu = medianOf(many, ({ cpuMs }) => cpuMs) / 1_000;
  const p99 = medianOf(many, ({ p99: value }) => value);
  const [argo, tight] = [median(hostCpu.argo), median(hostCpu.tight)];
  return [
    `\n${stagesTable(one, many, hosts)}\n`,
    `CPU time that one deployment of one file costs a real host: argo-bot ${seconds(argo)} s, tight script ${seconds(tight)} s, ${(argo / tight).toFixed(2)} ×`,
    `${hosts} hosts: ${seconds(manyMs)} s ÷ one host ${seconds(oneMs)} s = ${ratio.toFixed(2)} ×, bound ${RATIO_BOUND} ×: ${met(ratio <= RATIO_BOUND)}`,
    `CPU time of bot and worker for ${hosts} hosts: ${cpu.toFixed(2)} s (one host ${seconds(medianOf(one, ({ cpuMs }) => cpuMs))} s), bound ${CPU_BOUND_S} s: ${met(cpu < CPU_BOUND_S)}`,
    `delay of the event loop for ${hosts} hosts, 99th percentile: ${p99.toFixed(1)} ms (longest ${medianOf(many, ({ max }) => max).toFixed(0)} ms), bound ${LOOP_BOUND_MS} ms: ${met(p99 < LOOP_BOUND_MS)}`,
  ];
}

function stagesTable(one: readonly Deployed[], many: readonly Deployed[], hosts: number): string {
  const names = [
    ...new Set([...one, ...many].flatMap(({ steps }) => steps.map(({ name }) => name))),
  ];
  return table([
    ['ms by stage', 'one host', `${hosts} hosts`],
    ...names.map((name) => [name, msOf(one, name), msOf(many, name)]),
  ]);
}

function medianOf(all: readonly Deployed[], pick: (one: Deployed) => number): number {
  return median(all.map(pick));
}

function msOf(all: readonly Deployed[], stage: string): string {
  return medianOf(all, ({ steps }) =>
    steps.filter(({ name }) => name === stage).reduce((sum, { ms }) => sum + ms, 0),
  ).toFixed(0);
}
