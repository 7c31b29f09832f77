// The commands about a ticket, and the notes for the desk, that a mail stands for. Pure.
import type { AddMessage } from "../../core/commands/add-message.ts";
import type { AddTicketMessage } from "../../core/commands/add-ticket-message.ts";
import type { CreateTicket } from "../../core/commands/create-ticket.ts";
import { given, no, type Refused, strayTag, type Values } from "./values.ts";

/** What a mail says of a ticket, or leaves as a note on a task. */
export type DeskCommand = CreateTicket | AddTicketMessage | AddMessage;

/** Who wrote the mail. `person` is the id of whose ticket it is. */
export interface Writer {
  address: string | null;
  person: string | null;
  /** Whether the person is the writer, and not who stands in for somebody unknown. */
  isKnown: boolean;
  /** Known to nobody, and let in because anybody is: it speaks in no other's name. */
  isAnybody?: boolean;
}

type Made = { ok: true; commands: DeskCommand[] } | Refused;

const OF_TASKS = ["solution", "status", "resolvedat", "reason", "externalreference"] as const;
const MOST_SUBJECT = 500;
const MOST_FIRST_LINE = 100;

/** A new ticket: tags fill its fields; the mail's own subject and words stand in for two of them. */
export function openTicket(values: Values, { subject, free }: { subject: string; free: string }, writer: Writer): Made {
  const stray = strayTag(values, [...OF_TASKS, "taskid", "ticketid", "ticketmessage"]);
  if (stray) return stray;
  const description = values.description ?? values.message ?? free;
  const title = values.subject ?? (cut(subject.replace(/\s+/g, " ").trim(), MOST_SUBJECT) || firstLine(description));
  if (title === "") return no("nothing_to_do", "The mail has neither a subject nor words.");
  const own = writer.isKnown ? undefined : (writer.address ?? undefined);
  const [requester, text] = writer.isAnybody
    ? [own, withClaim(description, values.requester)]
    : [values.requester ?? own, description];
  const fields = {
    subject: title,
    ...(text === "" ? {} : { description: text }),
    ...given("priority", values.priority),
    ...given("requester", requester),
    ...given("requesterPerson", writer.person),
    ...given("custom", values.custom),
  };
  return { ok: true, commands: [{ type: "create_ticket", fields }] };
}

/** What somebody says of a requester who may not say it is words like others. */
function withClaim(description: string, requester: string | undefined): string {
  if (requester === undefined) return description;
  return [description, `Requester: ${requester}`].filter((part) => part !== "").join("\n\n");
}

function firstLine(text: string): string {
  return cut(text.split("\n", 1)[0]?.trim() ?? "", MOST_FIRST_LINE);
}

/** Never between the halves of a character. */
function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : text
        .slice(0, most)
        .replace(/[\ud800-\udbff]$/, "")
        .trim();
}

/** A text on a ticket. `author` is left out where the caller is who wrote it. */
export function ticketText(ticket: string, values: Values, free: string, author: string | null): Made {
  const stray = strayTag(values, OF_TASKS);
  if (stray) return stray;
  const text = values.ticketmessage ?? values.message ?? free;
  if (text === "") return no("nothing_to_do");
  return { ok: true, commands: [{ type: "add_ticket_message", ticket, text, ...given("author", author) }] };
}

/** A note for the desk alone on a task. */
export function note(task: string, text: string, author: string | null): Made {
  if (text === "") return no("nothing_to_do");
  return { ok: true, commands: [{ type: "add_message", task, text, visibility: "internal", ...given("author", author) }] };
}
