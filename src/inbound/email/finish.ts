// Takes handled mails out of their folder, where a mailbox says so. Only ever called for mails whose outcome is committed, and
// only for these very mails: never a command that would touch others.
import type { ImapFlow } from "imapflow";
import type { Mailbox } from "../../store/site.ts";

/** Throws when the server cannot do it to single mails. */
export function checkFinish(client: ImapFlow, { handled }: Pick<Mailbox, "handled">): void {
  if (handled === undefined || handled.kind === "mark") return;
  // Without it (RFC 4315) a mail can only be removed together with all others that anybody marked as deleted.
  const uidPlus = client.capabilities.has("UIDPLUS");
  if (handled.kind === "delete" && !uidPlus)
    throw new Error("the mail server cannot delete single mails (it lacks UIDPLUS): use handled mark or move");
  if (handled.kind === "move" && !client.capabilities.has("MOVE") && !uidPlus)
    throw new Error("the mail server cannot move mails (it lacks MOVE and UIDPLUS): use handled mark");
}

/** Moves or deletes mails; null where they are only to be marked. */
export function finishMails(client: ImapFlow, handled: Mailbox["handled"], uids: readonly number[]): Promise<void> | null {
  if (handled === undefined || handled.kind === "mark") return null;
  const range = uids.join(",");
  return handled.kind === "move" ? moveMails(client, range, handled.folder) : deleteMails(client, range);
}

/** A refusal comes as an answer that says no, most of all where the folder is not there: it is made then. */
async function moveMails(client: ImapFlow, range: string, folder: string): Promise<void> {
  if (await client.messageMove(range, folder, { uid: true })) return;
  await client.mailboxCreate(folder);
  if (!(await client.messageMove(range, folder, { uid: true })))
    throw new Error(`the mail server did not move handled mails to ${folder}`);
}

async function deleteMails(client: ImapFlow, range: string): Promise<void> {
  if (!(await client.messageDelete(range, { uid: true }))) throw new Error("the mail server did not delete handled mails");
}
