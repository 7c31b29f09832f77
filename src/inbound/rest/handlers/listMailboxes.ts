// GET /v1/mailboxes
import type { MailboxState } from "../../../store/mailbox-states.ts";
import type { Mailbox } from "../../../store/site.ts";
import type { Operation } from "../operation.ts";

export const listMailboxes: Operation<"listMailboxes"> = {
  callers: ["administrator"],
  async handle(_call, { site, mailboxStates, interfaces }) {
    const { states, counts } = await mailboxStates();
    const told = new Map(states.map((one) => [one.mailbox, one]));
    const now = interfaces.clock();
    const all = [...site().mailboxes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const mailboxes = all.map((mailbox) => ({
      ...shown(mailbox, told.get(mailbox.name), now),
      mails: { ...counts.get(mailbox.name) },
    }));
    return { status: 200, body: { mailboxes } };
  },
};

function shown({ name, host, user, folder }: Mailbox, state: MailboxState | undefined, now: number) {
  const { waiting = 0, failures = 0, failure = null } = state ?? {};
  return {
    ...{ name, host, user, folder, waiting, failures },
    state:
      host === null
        ? ("not_read" as const)
        : state === undefined || state.state === "given"
          ? ("starting" as const)
          : state.state,
    since: host === null ? null : time(state?.since),
    lastReadAt: time(state?.lookedAt),
    lastMailAt: time(state?.mailAt),
    lagSeconds: waiting > 0 ? Math.max(0, Math.floor((now - (state?.waitingSince ?? now)) / 1000)) : 0,
    lastError: failure === null ? null : { at: time(state?.failedAt) ?? "", says: failure },
  };
}

function time(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : new Date(at).toISOString();
}
