// A provider that has nothing but mail: its own mail server that takes what a desk writes, and its people, who answer from their
// mail program into the desk's mailbox.
import { type ParsedMail, simpleParser } from "mailparser";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { type Sink, startSink } from "../outbound/email-sink.ts";
import { startDovecot, type TestDovecot } from "./dovecot.ts";
import { mailOf } from "./mail.ts";
import { mailboxDocument } from "./story.ts";
import type { Gateway } from "./two-gateways.ts";

/** The provider c, and the mailbox of the desk that writes to it. */
export interface MailProvider {
  dovecot: TestDovecot;
  /** The mail of this number, counted from one, as soon as it was taken. */
  mail(number: number): Promise<ParsedMail>;
  /** How many mails it was sent. */
  count(): number;
  /** Answers a mail: words above, and lines of the tag block filled in where the mail is quoted. */
  answer(mail: ParsedMail, words: string, tags?: Readonly<Record<string, string>>, headers?: readonly string[]): Promise<void>;
  /** Writes a mail that answers none. */
  write(subject: string, text: string): Promise<void>;
  close(): Promise<void>;
}

const PEOPLE = "noc@c.example";
const WORDS = `{% case event.requestType %}{% when "Submit Request" -%}
{% if task.reference %}Once more{% else %}New{% endif %}: {{ task.subject }}
{%- when "Update" -%}
Message: {{ message }}
{%- when "Resolution Rejection" -%}
Declined: {{ event.reason }}
{%- when "Closed" -%}
{% if event.reason == "withdrawn" %}Withdrawn.{% else %}Closed: {{ event.reason }}{% endif %}
{%- endcase %}`;

function siteOf(sink: Sink, dovecot: TestDovecot): SiteDocument {
  const mail = {
    ...({ kind: "email", host: "127.0.0.1", port: sink.port, security: "none" } as const),
    ...{ from: "Service Desk <desk@desk.example>", to: [PEOPLE], replyTo: "desk+token@desk.example" },
  };
  return {
    providers: [{ name: "c" }],
    credentials: [{ id: "c-mail", provider: "c", email: PEOPLE }],
    systems: [{ name: "c", provider: "c", groups: ["c-field"], apis: { mail } }],
    mappings: [{ name: "c-all", system: "c", language: "liquid", body: WORDS }],
    groups: [
      {
        ...{ name: "c-field", provider: "c", returnGroup: "service-desk" },
        processes: { newAssignment: "c-all", updateMessage: "c-all", closure: "c-all" },
      },
    ],
    mailboxes: [mailboxDocument(dovecot)],
  };
}

/** Starts the provider and makes it known to the desk. */
export async function startMailProvider(desk: Gateway): Promise<MailProvider> {
  const [sink, dovecot] = await Promise.all([startSink(), startDovecot()]);
  await desk.apply(siteOf(sink, dovecot));
  let serial = 0;
  const send = async (subject: string, text: string, to: string, headers: readonly string[]): Promise<void> => {
    await dovecot.append(mailOf(text, { from: PEOPLE, to, messageId: `${++serial}@c.example`, subject, headers }));
  };
  return {
    dovecot,
    count: () => sink.mails.length,
    async mail(number) {
      await desk.when(`mail ${number}`, () => sink.mails.length >= number);
      return simpleParser(sink.mails[number - 1]?.raw ?? "");
    },
    async answer(mail, words, tags = {}, headers = []) {
      const ids = [...[mail.references ?? []].flat(), mail.messageId];
      const thread = [`In-Reply-To: ${mail.messageId}`, `References: ${ids.join("\r\n ")}`];
      const text = `${words}\n\nOn 31/01/2026 15:00, Service Desk wrote:\n${quoted(filled(mail.text ?? "", tags))}\n`;
      await send(`Re: ${mail.subject}`, text, mail.replyTo?.text ?? "", [...thread, ...headers]);
    },
    write: (subject, text) => send(subject, text, "desk@desk.example", []),
    async close() {
      await dovecot.remove();
      await sink.close();
    },
  };
}

function filled(text: string, tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags).reduce((made, [label, value]) => made.replace(`[[${label}]]:`, `[[${label}]]: ${value}`), text);
}

function quoted(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd().replace(/^/gm, "> ");
}

/** What the desk wrote, without the lines that invite an answer. */
export function wordsOf({ text = "" }: ParsedMail): string {
  return /line =-=-=\s+([\s\S]*?)\s+=-=-= Ref/.exec(text)?.[1] ?? text.trim();
}
