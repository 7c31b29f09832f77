// How many tries may be under way at once, and how many may begin in a second. First come, first served.

export interface Pace {
  /** Waits for its turn; gives what frees the place, or null when closed meanwhile. */
  enter(): Promise<(() => void) | null>;
  /** Lets nobody in any more; those who wait get null. */
  close(): void;
}

/** `inFlight` places; `perSecond` begins a second at most, spread evenly, null for any number. */
export function createPace(inFlight: number, perSecond: number | null, now: () => number = () => performance.now()): Pace {
  const waiting: ((let_in: boolean) => void)[] = [];
  const gap = perSecond === null ? 0 : 1000 / perSecond;
  let free = inFlight;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const letIn = (): void => {
    timer = undefined;
    while (free > 0 && waiting.length > 0) {
      const pause = nextAt - now();
      if (pause > 0) {
        timer = setTimeout(letIn, pause);
        return;
      }
      nextAt = Math.max(now(), nextAt) + gap;
      free -= 1;
      waiting.shift()?.(true);
    }
  };
  const release = (): void => {
    free += 1;
    if (!timer) letIn();
  };

  return {
    async enter() {
      if (closed) return null;
      const mine = new Promise<boolean>((resolve) => waiting.push(resolve));
      if (!timer) letIn();
      return (await mine) ? release : null;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const one of waiting.splice(0)) one(false);
    },
  };
}
