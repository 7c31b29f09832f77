// Chance that can be had again: the same seed gives the same numbers on every machine. Pure.

/** Numbers from a seed (mulberry32): the same seed gives the same numbers on every machine. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const roll = (below: number): number => Math.floor(next() * below);
  return { roll, pick: (list) => list[roll(list.length)] as (typeof list)[number] };
}
