// Room for what is large, counted in bytes: whoever finds none waits in line, or is told at once.

/** Gives the room back; a second time does nothing. */
export type Leave = () => void;

export interface ByteRoom {
  /** Resolves when there is room, in the order of coming. What is larger than all of it has it alone. */
  enter(bytes: number): Promise<Leave>;
  /** Null where there is no room now. */
  tryEnter(bytes: number): Leave | null;
}

export function createByteRoom(most: number): ByteRoom {
  const line: { bytes: number; come(leave: Leave): void }[] = [];
  let taken = 0;
  const fits = (bytes: number): boolean => taken === 0 || taken + bytes <= most;
  const take = (bytes: number): Leave => {
    let left = bytes;
    taken += bytes;
    return () => {
      taken -= left;
      left = 0;
      for (let next = line[0]; next && fits(next.bytes); next = line[0]) {
        line.shift();
        next.come(take(next.bytes));
      }
    };
  };
  return {
    enter: (bytes) =>
      line.length === 0 && fits(bytes)
        ? Promise.resolve(take(bytes))
        : new Promise((resolve) => line.push({ bytes, come: resolve })),
    tryEnter: (bytes) => (line.length === 0 && fits(bytes) ? take(bytes) : null),
  };
}
