// POST /v1/mailboxes/{mailbox}/mails
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const receiveMail: Operation<"receiveMail"> = {
  callers: ["administrator"],
  limitBytes: 25 * 1024 * 1024,
  async handle(call, services) {
    const mailbox = call.path.mailbox;
    if (!services.site().mailboxes.has(mailbox)) throw new Problem("unknown_mailbox");
    const { outcome, events, reason = null } = await services.receiveMail(mailbox, call.raw, call.visit.requestId);
    return { status: 200, body: { outcome, events, reason }, repeated: outcome === "repeated", event: events[0] ?? null };
  },
};
