/** Random numbers that a seed decides: the same seed breaks the same thing at the same instant. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  between(least: number, most: number): number;
}

/** mulberry32, after a shuffle of the seed, so that neighbours have nothing in common. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    between: (least, most) => Math.round(least + next() * (most - least)),
  };
}
