// Says one command in the words of each channel, as partners' programs do, and reads what ticketing is told.
import assert from "node:assert/strict";
import type { AddMessage } from "../../src/core/commands/add-message.ts";
import type { AssignTask } from "../../src/core/commands/assign-task.ts";
import type { CloseTask } from "../../src/core/commands/close-task.ts";
import type { DeclineSolution } from "../../src/core/commands/decline-solution.ts";
import type { TaskCommand } from "../../src/inbound/email/on-task.ts";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import type { TestDovecot } from "./dovecot.ts";
import { mailFor } from "./mail.ts";

export type ProviderCommand = TaskCommand;
export type DeskCommand = AssignTask | AddMessage | DeclineSolution | CloseTask;

/** A gateway and the key to call it with. */
export interface Line {
  url: string;
  key: string;
}

/** How a message was answered: `done` or the code of the refusal, the event it led to, and the answer's own text. */
export interface Told {
  status: number;
  code: string;
  event: string | null;
  text: string;
}

export const SOAP_PATH = "/Workflow/Webservice/WorkflowService.asmx";
const NAMESPACE = "http://tempuri.org/";
const OPERATIONS = {
  acknowledge: "ProcessInstanceTaskExternalAcknowledgement",
  update_message: "ProcessInstanceTaskExternalUpdateMessage",
  reassignment: "ProcessInstanceTaskExternalReassignment",
} as const;

/** A SOAP 1.1 request: its headers and the bytes of its body. */
export interface SoapRequest {
  headers: Record<string, string>;
  body: string;
}

/** The command as a call of the default SOAP contract, which has no word for `returned`. */
export function soapRequest(command: ProviderCommand, key: string): SoapRequest {
  const operation = OPERATIONS[command.type];
  const elements = { taskId: command.task, externalReference: command.reference, ...soapFields(command) };
  const lines = Object.entries(elements).map(([name, value]) => (value ? `<${name}>${escapeXml(value)}</${name}>` : ""));
  const call = `<${operation} xmlns="${NAMESPACE}">${lines.join("")}</${operation}>`;
  return {
    headers: { "content-type": "text/xml; charset=utf-8", soapaction: `"${NAMESPACE}${operation}"`, "x-api-key": key },
    body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${call}</soap:Body></soap:Envelope>`,
  };
}

function soapFields(command: ProviderCommand): Record<string, string | null | undefined> {
  if (command.type !== "reassignment") return { message: command.message };
  assert.notEqual(command.outcome, "returned", "the SOAP contract cannot say it");
  const { solution, resolvedAt } = command;
  return { solution, resolvedAt: timeText(resolvedAt) ?? "1970-01-01T00:00:00Z", closed: String(command.outcome === "closed") };
}

function timeText(time: number | null | undefined): string | undefined {
  return typeof time === "number" ? new Date(time).toISOString() : undefined;
}

/** Text as the content of an XML element. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export async function tellBySoap({ url, key }: Line, command: ProviderCommand): Promise<Told> {
  const { headers, body } = soapRequest(command, key);
  return postSoap(url, headers, body);
}

/** Sends any body to the SOAP service. */
export async function postSoap(url: string, headers: Record<string, string>, body: string | Buffer): Promise<Told> {
  const answer = await fetch(url + SOAP_PATH, { method: "POST", headers, body });
  const text = await answer.text();
  const event = /Result>([^<]+)</.exec(text)?.[1] ?? null;
  return { status: answer.status, code: answer.headers.get("x-crossdesk-code") ?? "done", event, text };
}

/** The path and the JSON body by which the REST contract says a command about a task. */
export function restRequest(command: ProviderCommand | DeskCommand): { path: string; body: object } {
  const at = (end: string, body: object) => ({ path: `/v1/tasks/${encodeURIComponent(command.task ?? "")}/${end}`, body });
  switch (command.type) {
    case "acknowledge":
      return at("acknowledgement", { externalReference: command.reference, message: command.message });
    case "update_message":
      return at("messages", { externalReference: command.reference ?? undefined, message: command.message });
    case "reassignment": {
      const { outcome, solution, reason, reference, resolvedAt } = command;
      return at("reassignment", { outcome, solution, reason, externalReference: reference, resolvedAt: timeText(resolvedAt) });
    }
    case "assign_task":
      return at("assignment", { group: command.group });
    case "add_message":
      return at("messages", { message: command.text, visibility: command.visibility });
    case "decline_solution":
      return at("solution-rejection", { reason: command.reason });
    case "close_task":
      return at("closure", { reason: command.reason });
  }
}

/** Says a command over REST, with an `Idempotency-Key` when one is given. */
export async function tellByRest({ url, key }: Line, command: ProviderCommand | DeskCommand, once?: string): Promise<Told> {
  const { path, body } = restRequest(command);
  const headers = {
    "x-api-key": key,
    "content-type": "application/json",
    ...(once === undefined ? {} : { "idempotency-key": once }),
  };
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  const { code = "done", event = null } = JSON.parse(text) as { code?: string; event?: string };
  return { status: answer.status, code, event, text };
}

/** Where mails are handed in over HTTP; `key` is an administrator's. */
export interface MailLine extends Line {
  mailbox: string;
  from: string;
}

/** The mailbox of a test server as an operator writes it. */
export function mailboxDocument(dovecot: TestDovecot): MailboxDocument {
  const { pollMs, ...mailbox } = dovecot.mailbox();
  return { ...mailbox, pollSeconds: 1 };
}

/** The command as a mail from `from`. */
export function mailBytes(command: ProviderCommand, from: string, messageId: string): Buffer {
  return mailFor(command, { from, to: "desk@crossdesk.example", messageId });
}

export async function tellByMail(line: MailLine, command: ProviderCommand, messageId: string): Promise<Told> {
  return postMail(line, mailBytes(command, line.from, messageId));
}

/** Hands a mail to the receiver of a mailbox. */
export async function postMail({ url, key, mailbox }: Omit<MailLine, "from">, raw: Buffer): Promise<Told> {
  const headers = { "x-api-key": key, "content-type": "message/rfc822" };
  const answer = await fetch(`${url}/v1/mailboxes/${mailbox}/mails`, { method: "POST", headers, body: new Uint8Array(raw) });
  const text = await answer.text();
  const json = JSON.parse(text) as { code?: string; events?: string[]; reason?: string | null };
  return { status: answer.status, code: json.code ?? json.reason ?? "done", event: json.events?.[0] ?? null, text };
}

/** An event as ticketing reads it. */
export interface FeedEvent {
  id: string;
  type: string;
  subject: string;
  time: string;
  sequence: string;
  data: {
    requestType: string | null;
    direction: string | null;
    app: string | null;
    channel: string;
    message: { text: string } | null;
    reason: string | null;
    process: { id: string; name: string | null } | null;
    ticket: { number: string };
    task: { number: string; status: string; reference: string | null; solution: string | null } | null;
  };
}

/** One page of the feed; `more` is further query. */
export async function feedPage(
  { url, key }: Line,
  after: number,
  more = "",
): Promise<{ events: FeedEvent[]; next: number; head: number }> {
  const answer = await fetch(`${url}/v1/events?limit=500&after=${after}${more}`, { headers: { "x-api-key": key } });
  assert.equal(answer.status, 200);
  return (await answer.json()) as { events: FeedEvent[]; next: number; head: number };
}

/** The highest position there is. */
export async function headOf(line: Line): Promise<number> {
  return (await feedPage(line, 0)).head;
}

/** The whole feed from a position on, up to the head at the time of each page. */
export async function readFeed(line: Line, after = 0): Promise<FeedEvent[]> {
  const all: FeedEvent[] = [];
  for (let at = after; ; ) {
    const { events, next, head } = await feedPage(line, at);
    all.push(...events);
    at = next;
    if (events.length === 0 || at >= head) return all;
  }
}
