// Who may have a process of expressions now: a bound on all of them together, and turns when there are more who want one. It
// starts and ends nothing itself.

/** One process that is wanted, or there. */
export interface Seat {
  /** There is a place: the process may be started. */
  begin(): void;
  /** Somebody else needs the place: the process is to end, at once when idle, otherwise after the piece it works on. */
  giveWay(): void;
}

export interface PlaceLimits {
  /** Most processes at once, those that are being started or ended included. */
  mostProcesses: number;
  /** Most processes that are being started at once: a start is mostly work for the processor. */
  mostStarting: number;
  /** How long a process may be at work, in milliseconds, before it has to give way to one that waits. */
  turnMs: number;
}

export interface Places {
  /** Asks for a place; `begin` is called when there is one, which may be at once. In order of asking. */
  ask(seat: Seat): void;
  /** Its process has started and is at work. */
  started(seat: Seat): void;
  /** It has nothing to do. */
  rest(seat: Seat): void;
  /** It has something to do again. */
  work(seat: Seat): void;
  /** Its process is gone, or is not wanted any more. */
  leave(seat: Seat): void;
}

type Phase = "starting" | "working" | "overstaying" | "idle" | "parting";

interface Holder {
  phase: Phase;
  turn?: NodeJS.Timeout;
}

interface Room {
  limits: PlaceLimits;
  waiting: Set<Seat>;
  /** Those who have a place, the one first that began to work or to rest the longest time ago. */
  holders: Map<Seat, Holder>;
}

/** Makes places, all of them free. */
export function createPlaces(limits: PlaceLimits): Places {
  const room: Room = { limits, waiting: new Set(), holders: new Map() };
  const phaseOf = (seat: Seat): Phase | undefined => room.holders.get(seat)?.phase;
  return {
    ask(seat) {
      room.waiting.add(seat);
      advance(room);
    },
    started(seat) {
      beginTurn(room, seat);
      advance(room);
    },
    rest(seat) {
      if (phaseOf(seat) !== "working" && phaseOf(seat) !== "overstaying") return;
      enter(room, seat, "idle");
      advance(room);
    },
    work(seat) {
      if (phaseOf(seat) === "idle") beginTurn(room, seat);
    },
    leave(seat) {
      clearTimeout(room.holders.get(seat)?.turn);
      room.holders.delete(seat);
      room.waiting.delete(seat);
      advance(room);
    },
  };
}

/** Gives free places to those who wait, and makes room for as many more as could be started now. */
function advance(room: Room): void {
  const { waiting, holders, limits } = room;
  for (const seat of waiting) {
    if (holders.size >= limits.mostProcesses || count(room, "starting") >= limits.mostStarting) break;
    waiting.delete(seat);
    enter(room, seat, "starting");
    seat.begin();
  }
  const wanted = Math.min(waiting.size, limits.mostStarting - count(room, "starting"));
  while (limits.mostProcesses - holders.size + count(room, "parting") < wanted && makeRoom(room));
}

function makeRoom(room: Room): boolean {
  const seat = first(room, "idle") ?? first(room, "overstaying");
  if (seat === undefined) return false;
  enter(room, seat, "parting");
  seat.giveWay();
  return true;
}

function beginTurn(room: Room, seat: Seat): void {
  const holder = enter(room, seat, "working");
  const overstay = (): void => {
    holder.phase = "overstaying";
    advance(room);
  };
  holder.turn = setTimeout(overstay, room.limits.turnMs).unref();
}

/** A holder in a new phase stands behind all others. */
function enter({ holders }: Room, seat: Seat, phase: Phase): Holder {
  const holder: Holder = { phase };
  clearTimeout(holders.get(seat)?.turn);
  holders.delete(seat);
  holders.set(seat, holder);
  return holder;
}

function count({ holders }: Room, phase: Phase): number {
  return [...holders.values()].filter((one) => one.phase === phase).length;
}

function first({ holders }: Room, phase: Phase): Seat | undefined {
  return [...holders].find(([, one]) => one.phase === phase)?.[0];
}
