// How far one call has got, and what that makes of its end: the record from which a failed call is told apart from a perhaps
// arrived one. It keeps the time limit; it sends nothing and reads nothing.
import type { Socket } from "node:net";
import type { Exchange, HttpCall, TroubleCode } from "./request.ts";
import type { HttpAnswer } from "./request-answer.ts";

/** Progress of one attempt. A connection may be a kept one, open already. */
interface Progress {
  socket: Socket | null;
  kept: boolean;
  /** The line is open; what fails from here to the first byte written is the TLS handshake. */
  connected: boolean;
  written: boolean;
  begun: boolean;
  sentBytes: number;
  /** Bytes the connection had read before this call. */
  readBefore: number;
  address: string | null;
}

const START: Progress = {
  ...{ socket: null, kept: false, connected: false, written: false, begun: false },
  ...{ sentBytes: 0, readBefore: 0, address: null },
};

/** Marks that the ways of connecting set on their errors. */
interface MarkedError extends Error {
  code?: string;
  proxy?: true;
  handshake?: true;
}

/** How long a call may take, and who may end it sooner. `end` must be called, or its timer lives on. */
function createLimit({ timeoutMs, signal }: Pick<HttpCall, "timeoutMs" | "signal">) {
  const stopping = new AbortController();
  let late = false;
  const abort = (): void => stopping.abort();
  const timer = setTimeout(() => {
    late = true;
    abort();
  }, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  return {
    signal: stopping.signal,
    /** Whether it was the time that ended it. */
    isLate: () => late,
    end(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

/** Starts the clock of a call; `end` stops it. */
export function createCourse(call: Pick<HttpCall, "timeoutMs" | "signal">) {
  const started = performance.now();
  const { signal, isLate, end } = createLimit(call);
  let progress = { ...START };

  const report = (answer: HttpAnswer | null, trouble: Exchange["trouble"], receivedBytes = 0): Exchange => {
    const { begun, written, address, sentBytes } = progress;
    const reached = begun ? "begun" : written ? "sent" : "nothing";
    return { answer, trouble, reached, address, sentBytes, receivedBytes, ms: Math.round(performance.now() - started) };
  };
  const fail = (code: TroubleCode, detail: string): Exchange => report(null, { code, detail });
  const stopped = (): Exchange => {
    if (!isLate()) return fail("aborted", "The gateway is stopping.");
    return fail("timeout", `There was no answer within ${call.timeoutMs} ms${progress.written ? "" : "; nothing was sent"}.`);
  };

  const course = {
    ...{ signal, end, fail },
    /** The end by time or by the caller. */
    stopped,
    /** Whether the head of an answer has come. */
    hasBegun: () => progress.begun,
    onSocket(socket: Socket, kept: boolean): void {
      Object.assign(progress, { socket, kept, readBefore: socket.bytesRead });
      if (kept) Object.assign(progress, { connected: true, address: socket.remoteAddress ?? null });
    },
    /** Calls `act` when the new connection is open, TLS included. */
    whenOpen(act: () => void): void {
      if (progress.socket !== null) whenOpen(progress.socket, progress, act);
    },
    written(bytes: number): void {
      Object.assign(progress, { written: true, sentBytes: bytes });
    },
    begun(): void {
      progress.begun = true;
    },
    answered(answer: HttpAnswer, receivedBytes: number): Exchange {
      progress.begun = true;
      return report(answer, answer.end === "lost" ? lostAnswer(isLate(), signal.aborted) : null, receivedBytes);
    },
    failed(error: MarkedError): Exchange {
      if (signal.aborted) return stopped();
      const code = codeOf(error, progress);
      if (code === "bad_answer") progress.begun = true;
      return fail(code, `${SAYS[code]}: ${error.message || error.code || error.name}`);
    },
    /** Begins anew on another connection, with the time that is left. */
    again() {
      progress = { ...START };
      return course;
    },
  };
  return course;
}

/** Waits for `work` no longer than until `signal` is aborted; then null. */
export function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(null);
    const stop = (): void => resolve(null);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function whenOpen(socket: Socket, progress: Progress, act: () => void): void {
  const open = (): void => {
    Object.assign(progress, { connected: true, address: socket.remoteAddress ?? null });
  };
  if (socket.connecting) socket.once("connect", open);
  else open();
  if ("secureConnecting" in socket && socket.secureConnecting) socket.once("secureConnect", act);
  else if (socket.connecting) socket.once("connect", act);
  else act();
}

const SAYS: Readonly<Partial<Record<TroubleCode, string>>> = {
  connect: "No connection could be made",
  tls: "The TLS handshake failed",
  proxy: "No way was found through the forward proxy",
  stale_connection: "The partner closed a kept connection",
  bad_answer: "The answer is no valid HTTP",
  reset: "The connection ended before an answer",
};

function codeOf(error: MarkedError, { socket, kept, connected, written, readBefore }: Progress): TroubleCode {
  if (error.proxy) return "proxy";
  if (error.handshake) return "tls";
  if (!written) return kept ? "stale_connection" : connected ? "tls" : "connect";
  if (error.code?.startsWith("HPE_") || error.code === "CROSSDESK_INTERIM") return "bad_answer";
  return kept && socket?.bytesRead === readBefore ? "stale_connection" : "reset";
}

function lostAnswer(late: boolean, aborted: boolean): Exchange["trouble"] {
  const detail = "The answer ended before its body was whole.";
  return { code: late ? "timeout" : aborted ? "aborted" : "reset", detail };
}
