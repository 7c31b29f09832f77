// The one log line of each message, and its place in the metrics. Bodies and credentials never go in.
import { FAILURES, type FailureCode } from "../core/errors.ts";
import type { Log, LogLevel } from "../lib/log.ts";
import type { MessageCounts } from "./message-counts.ts";
import type { Answered, Report } from "./visit.ts";

/** A client may call itself what it likes, at any length. */
const AGENT_LENGTH = 120;

/**
 * Failures of ours are errors; being full, or on the way down, is a warning; the rest is information, a refused SOAP call
 * too, which is answered with 500 as clients of ASMX expect.
 */
function levelOf({ status, outcome, quiet }: Answered): LogLevel {
  if (quiet) return "debug";
  if (status === 503) return "warn";
  const isRefusal = Object.hasOwn(FAILURES, outcome) && FAILURES[outcome as FailureCode].class === "refused";
  return status >= 500 && !isRefusal ? "error" : "info";
}

/** Makes the writer of the one log line of each message. */
export function createReport(log: Log, counts?: Pick<MessageCounts, "count">): Report {
  return ({ requestId, address, caller }, answered, startedAt) => {
    const { channel, operation, status, outcome, task, event, bytes, bytesOut, agent, queueMs } = answered;
    const ms = performance.now() - startedAt;
    counts?.count(caller, answered, ms);
    log(levelOf(answered), "message.answered", {
      requestId,
      address,
      caller: caller?.kind,
      provider: caller?.kind === "provider" ? caller.provider : undefined,
      credential: caller?.credential,
      channel,
      operation,
      status,
      outcome,
      task: task ?? undefined,
      // `event` is the name of the line itself.
      eventId: event ?? undefined,
      bytes,
      bytesOut,
      ms: hundredths(ms),
      queueMs: queueMs === undefined ? undefined : hundredths(queueMs),
      agent: agent?.slice(0, AGENT_LENGTH),
    });
  };
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
