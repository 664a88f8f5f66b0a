// Converts values to coordinates of a chart, and chooses the steps of its axes.
export type Scale = (value: number) => number;

export function linear(domain: [number, number], range: [number, number]): Scale {
  const [from, to] = domain;
  const width = to === from ? 1 : to - from;
  return (value) => range[0] + ((value - from) / width) * (range[1] - range[0]);
}

/** Returns about `count` values from 0 to at least `most`. Their distance is 1, 2 or 5 times a power of ten. */
export function ticks(most: number, count: number): number[] {
  const rough = Math.max(most, Number.EPSILON) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Returns about `count` seconds after `from` at which a clock shows a round time. */
export function clockTicks(from: number, seconds: number, count: number): number[] {
  const sizes = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
  const step = sizes.find((size) => size >= seconds / count) ?? 86_400;
  const first = (step * 1_000 - (from % (step * 1_000))) / 1_000;
  const steps = Math.max(0, Math.floor((seconds - first) / step) + 1);
  return Array.from({ length: steps }, (_, index) => first + index * step);
}
