// The words around a mail of ours that invite an answer: the line to answer above, and the tag lines to fill in. Inbound
// mail is cut and read by the same marks; nothing else in the mail may hold them.
import { LINE_MARK } from "../lib/reply-token.ts";

/** The pattern of a tag line that mailboxes have unless an operator sets another. */
export const TAG_FORMAT = "[[LABEL]]: [[Value]]";

/** Labels of the block in their order; only the task's number is filled in. */
const LABELS = ["TaskId", "ExternalReference", "Solution", "End"] as const;
const ABOVE = `${LINE_MARK} Answer above this line ${LINE_MARK}`;
const HOW = [
  "To answer, reply to this mail: what you write above the first line reaches the service desk.",
  "You may also fill in the lines below; a line left empty means nothing.",
];

/** What invites an answer. `mark` is a token short enough for a line that no mail program wraps. */
export interface Invitation {
  task: string;
  mark: string;
  tagFormat: string;
}

/** Text as it leaves. Without an invitation it is only freed of our marks. */
export function textWith(text: string, invitation: Invitation | null): string {
  const body = withoutMarks(text).replace(/\r\n?/g, "\n");
  if (!invitation) return `${body.trimEnd()}\n`;
  return [ABOVE, "", body.trim(), "", ...blockLines(invitation), ""].join("\n");
}

/** HTML as it leaves, with the same words as the text. */
export function htmlWith(html: string, invitation: Invitation | null): string {
  const body = withoutMarks(html);
  if (!invitation) return body;
  const [ref, ...rest] = blockLines(invitation).map(escaped);
  const above = `<p style="color:#777">${ABOVE}</p>\n`;
  const below = `\n<p style="color:#777">${ref}</p>\n<p>${rest.join("<br>\n")}</p>\n`;
  const opened = /<body\b[^>]*>/i.exec(body);
  const start = opened ? opened.index + opened[0].length : 0;
  const closed = body.toLowerCase().lastIndexOf("</body>");
  const end = closed > start ? closed : body.length;
  return body.slice(0, start) + above + body.slice(start, end) + below + body.slice(end);
}

/** Words of a customer must not look like the lines that part an answer from what it answers. */
function withoutMarks(text: string): string {
  return text.replaceAll(LINE_MARK, "= - =");
}

function blockLines({ task, mark, tagFormat }: Invitation): string[] {
  return [
    `${LINE_MARK} Ref ${mark} ${LINE_MARK}`,
    ...HOW,
    "",
    ...LABELS.map((label) => tagLine(tagFormat, label, label === "TaskId" ? task : "")),
  ];
}

function tagLine(format: string, label: string, value: string): string {
  const end = format.indexOf("LABEL") + "LABEL".length;
  const rest = format.slice(end).replace(/\[\[Value\]\]|Value/, () => value);
  return format.slice(0, end - "LABEL".length) + label + rest;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
