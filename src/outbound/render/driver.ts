// Drives one process of expressions: hands it work in order, counts its time, and replaces it. A piece of work that takes too
// long or breaks the process costs itself and the process; the others are done again.
import { Failure } from "../../core/errors.ts";
import { readAnswer } from "./answer.ts";
import { RETIRED } from "./channel.ts";
import type { Places, Seat } from "./places.ts";
import { createWorkQueue, type Piece, type WorkQueue } from "./queue.ts";
import { type Sandbox, type SandboxEnd, startSandbox } from "./sandbox.ts";
import type { Answer, Work } from "./work.ts";

export interface DriverLimits {
  /** Longest run of one piece of work, in milliseconds. */
  timeMs: number;
  /** Heap of the process, in MiB. */
  memoryMb: number;
  /** Most bytes of a result as JSON. */
  resultBytes: number;
  /** Most characters of a piece of work as JSON. */
  workCharacters: number;
  /** Most pieces that wait; one more is refused as `busy`. */
  mostWaiting: number;
  /** An idle process is ended after so many milliseconds; the next piece starts another. */
  idleMs: number;
  /** Longest start of a process, in milliseconds. */
  startMs: number;
  /** The source the process runs. */
  entry: string;
}

/** Languages end a run themselves when they can; the process is killed only when that did not help. */
const GRACE_MS = 300;
/** How often a piece may be in a process that ends for no fault of its own. */
const MOST_LOST = 3;

const OVERTIME: Answer = { kind: "failed", code: "time", message: "The expression ran longer than its time limit." };
const OVERSIZE: Answer = { kind: "failed", code: "size", message: "The result is larger than the limit." };
const TOO_MUCH_INPUT: Answer = { kind: "failed", code: "size", message: "The input is larger than the limit." };
const BROKEN: Answer = {
  kind: "failed",
  code: "memory",
  message: "The expression needed more memory than it may use, and its process ended.",
};

/** A process as its driver knows it: there is none before it has a place. */
interface Running extends Seat {
  sandbox: Sandbox | null;
  ready: boolean;
  /** It ends after the piece it works on, so that another can have the place. */
  parting: boolean;
}

interface State {
  limits: DriverLimits;
  places: Places;
  queue: WorkQueue;
  running: Running | null;
  /** Start, the piece worked on, or being idle: only one of them is counted at a time. */
  timer: NodeJS.Timeout | undefined;
  pumping: boolean;
  closed: boolean;
}

export interface Driver {
  /** Rejects with `busy`, `stopping`, or `internal` when no process can be started; all else is an answer. */
  ask(work: Work): Promise<Answer>;
  /** Ends the process; what waits is rejected as `stopping`. */
  close(): Promise<void>;
}

/** Makes a driver; its process starts when there is work and `places` has a place. */
export function createDriver(limits: DriverLimits, places: Places): Driver {
  const queue = createWorkQueue();
  const state: State = { limits, places, queue, running: null, timer: undefined, pumping: false, closed: false };
  return { ask: (work) => ask(state, work), close: () => close(state) };
}

async function ask(state: State, work: Work): Promise<Answer> {
  const { queue, limits } = state;
  if (state.closed) throw new Failure("stopping");
  if (queue.size() >= limits.mostWaiting) throw new Failure("busy");
  return new Promise((settle, reject) => {
    queue.add({ write: () => write(work, limits.workCharacters, { settle, reject }), lost: 0, settle, reject });
    wake(state);
  });
}

/** The work as text, or null when it was settled because there is none, or too much. */
function write(work: Work, most: number, { settle, reject }: Pick<Piece, "settle" | "reject">): string | null {
  try {
    const text = JSON.stringify(work);
    if (text.length <= most) return text;
    settle(TOO_MUCH_INPUT);
  } catch (error) {
    reject(new Failure("internal", "The input of the expression cannot be written.", error));
  }
  return null;
}

async function close(state: State): Promise<void> {
  const { running } = state;
  state.closed = true;
  state.running = null;
  clearTimeout(state.timer);
  for (const piece of state.queue.clear()) piece.reject(new Failure("stopping"));
  if (running) await leave(state, running);
}

/** The place is free only when the process is gone. */
async function leave({ places }: State, mine: Running): Promise<void> {
  await mine.sandbox?.kill();
  places.leave(mine);
}

/** Work asked for in one go travels in one message. */
function wake(state: State): void {
  if (state.pumping) return;
  state.pumping = true;
  queueMicrotask(() => {
    state.pumping = false;
    pump(state);
  });
}

function pump(state: State): void {
  const { queue } = state;
  if (state.closed || queue.size() === 0) return;
  const running = state.running ?? wanted(state);
  if (!running.ready) return;
  const rested = queue.given() === 0;
  const line = queue.next();
  if (line !== null) running.sandbox?.send(line);
  // Only then: more work behind a piece must not give it more time.
  if (rested) watch(state, running);
}

/** Begins to count the time of the piece that is worked on, or of being idle. */
function watch(state: State, mine: Running): void {
  clearTimeout(state.timer);
  const { timeMs, idleMs } = state.limits;
  if (state.queue.size() === 0) {
    if (mine.parting) return void discard(state, mine);
    state.timer = setTimeout(() => discard(state, mine), idleMs).unref();
    state.places.rest(mine);
  } else {
    state.timer = setTimeout(() => overdue(state, mine), timeMs + GRACE_MS);
    state.places.work(mine);
  }
}

/** When the gateway itself was held up, the answer may lie in the channel unread: it gets one turn of the loop to arrive. */
function overdue(state: State, mine: Running): void {
  const { timer } = state;
  setImmediate(() => {
    if (state.timer === timer) blame(state, mine, OVERTIME);
  });
}

/** A process that waits for its place. */
function wanted(state: State): Running {
  const mine: Running = {
    ...{ sandbox: null, ready: false, parting: false },
    begin: () => start(state, mine),
    giveWay: () => giveWay(state, mine),
  };
  state.running = mine;
  state.places.ask(mine);
  return mine;
}

function start(state: State, mine: Running): void {
  if (state.running !== mine) return;
  const { entry, timeMs, memoryMb, resultBytes, startMs } = state.limits;
  const options = { entry, args: [String(timeMs), String(resultBytes)], memoryMb, mostLine: resultBytes + 10_000 };
  mine.sandbox = startSandbox(options, {
    line: (text) => take(state, mine, text),
    excess: () => blame(state, mine, OVERSIZE),
    ended: (end) => ended(state, mine, end),
  });
  const late = { code: null, complaint: `not ready after ${startMs} ms` };
  clearTimeout(state.timer);
  state.timer = setTimeout(() => ended(state, mine, late), startMs);
}

function giveWay(state: State, mine: Running): void {
  mine.parting = true;
  if (state.queue.size() === 0) discard(state, mine);
}

/** A line from the process: that it is ready, then one answer for each piece in the order given. */
function take(state: State, mine: Running, text: string): void {
  if (state.running !== mine) return;
  if (!mine.ready) {
    mine.ready = true;
    state.places.started(mine);
    pump(state);
    return;
  }
  const answer = readAnswer(text);
  if (answer === null) {
    blame(state, mine, BROKEN);
    return;
  }
  state.queue.finish()?.settle(answer);
  if (mine.parting) discard(state, mine);
  else watch(state, mine);
  wake(state);
}

/** Lets go of a process and ends it; what it was given waits again, in front. */
function discard(state: State, mine: Running): readonly Piece[] {
  if (state.running !== mine) return [];
  state.running = null;
  clearTimeout(state.timer);
  void leave(state, mine);
  return state.queue.recall();
}

/** The piece that is worked on is at fault. */
function blame(state: State, mine: Running, answer: Answer): void {
  if (state.running !== mine) return;
  state.queue.finish()?.settle(answer);
  discard(state, mine);
  wake(state);
}

function ended(state: State, mine: Running, end: SandboxEnd): void {
  if (state.running !== mine) return;
  if (!mine.ready) notStarted(state, mine, end);
  else if (end.code === RETIRED) retired(state, mine);
  else blame(state, mine, BROKEN);
}

function notStarted(state: State, mine: Running, { code, complaint }: SandboxEnd): void {
  discard(state, mine);
  const cause = new Error(`the process of expressions did not start (${code}): ${complaint}`);
  const failure = new Failure("internal", "Expressions cannot be run: their process does not start.", cause);
  for (const piece of state.queue.clear()) piece.reject(failure);
}

/** The process asked to be replaced. A piece that makes every process ask is given up at last. */
function retired(state: State, mine: Running): void {
  const [first] = discard(state, mine);
  if (first !== undefined && ++first.lost >= MOST_LOST) state.queue.drop(first)?.settle(BROKEN);
  wake(state);
}
