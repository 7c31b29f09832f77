// A desk that writes to a provider by mail and answers what comes back, with a mail server whose mails can be waited for.
import assert from "node:assert/strict";
import { type ParsedMail, simpleParser } from "mailparser";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import { type Sink, startSink, type SunkMail } from "../outbound/email-sink.ts";
import { type StartOptions, startApp, type TestApp } from "./app.ts";
import { mailOf } from "./mail.ts";

export const PEOPLE = "noc@acme.example";
export const DESK = "desk@desk.example";

export interface Ended {
  outcome: string;
  reason: string | null;
  events: string[];
}

/** Hands a mail over as if it had come into the mailbox. */
export async function hand(app: TestApp, raw: Buffer, mailbox = "desk"): Promise<Ended> {
  const answer = await fetch(`${app.url}/v1/mailboxes/${mailbox}/mails`, {
    method: "POST",
    headers: { "x-api-key": app.keys.admin, "content-type": "message/rfc822" },
    body: new Uint8Array(raw),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Ended;
}

export async function get<T>(app: TestApp, path: string): Promise<T> {
  const answer = await fetch(app.url + path, { headers: { "x-api-key": app.keys.admin } });
  assert.equal(answer.status, 200);
  return (await answer.json()) as T;
}

/** A mail server whose mails can be waited for. */
export interface Post {
  sink: Sink;
  next(): Promise<SunkMail>;
}

/** Opens one; `pass` is done with a mail before it is taken, as a relay does that answers for it. */
export async function openPost(pass: (mail: SunkMail) => Promise<void> = async () => undefined): Promise<Post> {
  const waiting: ((mail: SunkMail) => void)[] = [];
  const came: SunkMail[] = [];
  const sink = await startSink({
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        const mail = { from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(parts), secure: false, user: null };
        const take = (): void => {
          sink.mails.push(mail);
          const taker = waiting.shift();
          if (taker) taker(mail);
          else came.push(mail);
          done(null, "Queued as 1A2B");
        };
        pass(mail).then(take, done);
      });
    },
  });
  return {
    sink,
    next() {
      const there = came.shift();
      return there ? Promise.resolve(there) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

let serial = 0;
export const write = (text: string, more: { subject?: string; headers?: string[]; from?: string } = {}): Buffer =>
  mailOf(text, { from: PEOPLE, to: DESK, messageId: `${++serial}@acme.example`, ...more });

export const answersBy = ({ port }: Pick<Sink, "port">, own = DESK) =>
  ({ host: "127.0.0.1", port, security: "none", from: `Service Desk <${own}>`, languages: { globex: "de" } }) as const;

export const mailbox = (sink: Pick<Sink, "port">, more: Partial<MailboxDocument> = {}): MailboxDocument => ({
  ...{ name: "desk", trust: { kind: "sender" }, taskPatterns: ["\\b(T-\\d+)\\b"], answers: answersBy(sink) },
  ...more,
});

const WORDS = "{{ task.subject }}{{ message }}";

interface DeskOptions extends Pick<StartOptions, "databaseUrl" | "onLog" | "env"> {
  /** Its own address, and that of acme. */
  own?: string;
  acme?: string;
  /** More mailboxes than the one named desk. */
  mailboxes?: readonly MailboxDocument[];
}

/** A gateway that writes to acme by mail, and answers what comes. */
export async function startDesk(
  sink: Pick<Sink, "port">,
  more: Partial<MailboxDocument> = {},
  { env, own = DESK, acme = PEOPLE, mailboxes = [], ...options }: DeskOptions = {},
): Promise<TestApp> {
  const app = await startApp({ env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${sink.port}`, ...env }, ...options });
  const mail = {
    ...({ kind: "email", host: "127.0.0.1", port: sink.port, security: "none", from: own, to: [acme] } as const),
    replyTo: own.replace("@", "+token@"),
  };
  await app.app.store.admin.apply({
    credentials: [
      { id: "acme-mail", provider: "acme", email: acme },
      { id: "globex-mail", provider: "globex", email: "noc@globex.example" },
    ],
    systems: [{ name: "acme-mail", provider: "acme", unrestricted: true, apis: { mail } }],
    mappings: [
      {
        ...({ name: "acme-new", system: "acme-mail", api: "mail", language: "liquid", body: WORDS } as const),
        trigger: { requests: [{ type: "Submit Request", direction: "Out" }] },
      },
    ],
    mailboxes: [mailbox(sink, { answers: answersBy(sink, own), ...more }), ...mailboxes],
  });
  await app.app.store.refresh();
  return app;
}

export const textOf = async (mail: SunkMail): Promise<ParsedMail> => simpleParser(mail.raw);

/** What a naive program writes back to any mail: no header says that it is one. */
export function autoAnswer(to: SunkMail): Buffer {
  const header = to.raw.toString("latin1").replaceAll(/\r\n[ \t]+/g, " ");
  const of = (name: string): string => new RegExp(`^${name}: (.*)$`, "im").exec(header)?.[1] ?? "";
  return mailOf(`We have received your mail, number ${++serial}.`, {
    ...{ from: PEOPLE, to: DESK, messageId: `auto-${serial}@acme.example`, subject: `Re: ${of("Subject")}` },
    headers: [`In-Reply-To: ${of("Message-ID")}`, `References: ${of("References")} ${of("Message-ID")}`],
  });
}

/** The same mail after a relay that takes every mark of a machine off it. */
export function stripped({ raw }: SunkMail): Buffer {
  const text = raw.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const lines = text.slice(0, end).split(/\r\n(?![ \t])/);
  const kept = lines.filter((line) => !/^(auto-submitted|x-auto-response-suppress|x-crossdesk):/i.test(line));
  return Buffer.from(kept.join("\r\n") + text.slice(end), "latin1");
}
