// The labels of tags in mails: what each means, and when two spellings are one; and how the patterns of a mailbox are meant. Known
// to who reads mails and to who checks a mailbox.

/** What a tag may say of a task, as labels are compared: lower case, without spaces, dashes, dots and underscores. */
export const TASK_LABELS = [
  ...(["taskid", "externalreference", "message", "solution", "resolvedat", "status", "reason", "action"] as const),
] as const;

/** What a tag may say of a ticket. */
export const TICKET_LABELS = ["ticketid", "ticketmessage", "subject", "description", "priority", "requester"] as const;

/** Ends the tags. */
export const END_LABEL = "end";

export type TaskLabel = (typeof TASK_LABELS)[number];
export type TicketLabel = (typeof TICKET_LABELS)[number];
/** Also a custom field of a new ticket, under its own name. */
export type Label = TaskLabel | TicketLabel | typeof END_LABEL | `custom.${string}`;

const CUSTOM = /^custom\.(.+)$/is;
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,63}$/u;
const KNOWN: ReadonlySet<string> = new Set([...TASK_LABELS, ...TICKET_LABELS, END_LABEL]);

/** Whether a text can be a label at all. */
export function isLabelName(text: string): boolean {
  return NAME.test(text);
}

/** A label as it is compared. */
export function labelKey(text: string): string {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[ ._-]/g, "");
}

/** What somebody means by a label's name in a setting: one of ours, or `custom.<name>`. Null for none. */
export function labelNamed(name: string): Label | null {
  const custom = CUSTOM.exec(name)?.[1]?.trim();
  if (custom) return `custom.${custom}`;
  const key = labelKey(name);
  return KNOWN.has(key) ? (key as Label) : null;
}

/** Whether a label is about tickets, which not every mailbox has to do with. */
export function isTicketLabel(label: string): boolean {
  return label.startsWith("custom.") || (TICKET_LABELS as readonly string[]).includes(label);
}

/** The flags of an operator's pattern. Classes such as `\p{L}` are for expressions that know of Unicode. */
export function patternFlags(pattern: string): string {
  return /\\[pP]\{/.test(pattern) ? "gimu" : "gim";
}
