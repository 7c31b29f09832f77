// How a mail ended, and the one line of the log that tells it.
import type { CommandResult } from "../../core/ports.ts";
import type { Mailbox } from "../../store/site.ts";
import type { Arrival, Received, ReceiverParts } from "./receive.ts";
import type { Understood } from "./understand.ts";

/** How a mail ended, and what the log tells beside. */
export type Ended = Received & { results?: readonly CommandResult[]; queueMs?: number | undefined };

/** Gives the function that writes the one log line of a mail and hands its end on. */
export function reporter({ report }: ReceiverParts, mailbox: Mailbox, { raw, requestId }: Arrival) {
  const startedAt = performance.now();
  return ({ results, queueMs, ...received }: Ended, understood: Understood | null): Received => {
    const address = `mailbox:${mailbox.name}`;
    const outcome = received.reason ?? (received.outcome === "repeated" ? "repeated" : "done");
    const operation = understood?.commands.map((one) => one.type).join("+") ?? "mail";
    const about = { task: results?.[0]?.task ?? null, event: received.events[0] ?? null, bytes: raw.length, queueMs };
    report(
      { requestId, address, caller: understood?.caller.kind === "provider" ? understood.caller : null },
      { channel: "email", operation, status: received.reason === null ? 200 : 422, outcome, ...about },
      startedAt,
    );
    return received;
  };
}
