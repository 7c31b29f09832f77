// Programs that answer each other go quiet within the budget, whatever their mails say of themselves; a mail that is too large is told
// of and holds nothing up. Real mailboxes, real deliveries.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, suite, test } from "node:test";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import type { TestApp } from "../helpers/app.ts";
import { startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import {
  DESK,
  autoAnswer,
  type Ended,
  get,
  hand,
  mailbox,
  openPost,
  PEOPLE,
  type Post,
  stripped,
  startDesk,
  textOf,
  write,
} from "../helpers/mail-desk.ts";
import { lacking } from "../helpers/packages.ts";
import { type Happenings, happenings } from "../inbound/email-harness.ts";
import type { SunkMail } from "../outbound/email-sink.ts";

const BUDGET = { mails: 4, minutes: 60 };
/** Whose inbox an address is. */
const ACCOUNTS: Readonly<Record<string, string>> = { [DESK]: "desk", [PEOPLE]: "noc" };

type LogLine = Record<string, unknown>;

/** Gateways of two companies have nothing in common. */
const secret = (index: number): string => Buffer.alloc(32, index + 1).toString("base64");

const about = (task: string) => (mail: SunkMail) => new RegExp(`^Subject:.*${task}`, "m").test(String(mail.raw));
const isAnswer = ({ raw }: SunkMail): boolean => /^Auto-Submitted: auto-replied/m.test(String(raw));
const isLoop = ({ channel, outcome }: LogLine): boolean => channel === "email" && outcome === "loop";

interface KeptMessage {
  code: string;
  sender: string | null;
}

/** How the mails of a gateway ended, in the order they did. */
const endsIn = (lines: readonly LogLine[]): unknown[] =>
  lines.flatMap(({ channel, outcome }) => (channel === "email" ? [outcome] : []));

const openLoops = async (app: TestApp): Promise<number> => {
  const { messages } = await get<{ messages: KeptMessage[] }>(app, "/v1/messages?kind=quarantined&state=open");
  return messages.filter(({ code }) => code === "loop").length;
};

suite("loops", { skip: lacking("dovecot") }, () => {
  let dovecot: TestDovecot;
  let post: Post;
  let folder: string;
  let databaseUrl: string;
  let here: TestApp;
  let there: TestApp;
  const lines: Happenings<LogLine> = happenings();
  const theirLines: Happenings<LogLine> = happenings();
  /** What becomes of a mail that was sent. */
  let route: (mail: SunkMail) => Promise<void>;

  /** Into the inbox of whom it is for. */
  const into = async (mail: Pick<SunkMail, "to" | "from">, raw: Buffer): Promise<void> =>
    dovecot.deliver(ACCOUNTS[mail.to[0] ?? ""] ?? "", mail.from, raw);
  const arrive = (raw: Buffer): Promise<void> => into({ to: [DESK], from: PEOPLE }, raw);
  const kept = async (): Promise<void> => undefined;
  const read = (user: string): Partial<MailboxDocument> => ({
    ...{ host: "127.0.0.1", port: dovecot.port, security: "none", user, password: "only-for-tests", folder: "INBOX" },
    budget: BUDGET,
  });
  const byHttp = (): MailboxDocument[] => [
    mailbox(post.sink, {
      ...{ name: "dmarc", budget: { mails: 2, minutes: 60 }, untrusted: "message" },
      trust: { kind: "dmarc", authservId: "mx.desk.example" },
    }),
    mailbox(post.sink, { name: "tickets", budget: { mails: 2, minutes: 60 }, ticketPatterns: ["\\b(TCK-\\d+)\\b"] }),
  ];
  const startHere = (): Promise<TestApp> =>
    startDesk(
      post.sink,
      { ...read("desk"), handled: { kind: "delete" } },
      {
        ...{ databaseUrl, onLog: lines.add, mailboxes: byHttp() },
        env: { CROSSDESK_SECRET_KEY: secret(0), CROSSDESK_OUTGOING_ALLOW: "127.0.0.1:*" },
      },
    );
  /** Mails in an inbox, by their flags. */
  const inbox = async (account: string): Promise<string[]> =>
    (await (await dovecot.folder("INBOX", account)).mails()).map(({ flags }) => flags.join());
  /** A person writes about another task and is answered: whatever was to be written before has been written. */
  const untilQuiet = async (task: string): Promise<void> => {
    const asked = await here.createTask({ number: task });
    route = kept;
    await arrive(write(`${asked} by hand`, { subject: asked }));
    for (let mail = await post.next(); !isAnswer(mail) || !about(asked)(mail); ) mail = await post.next();
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-loop-"));
    databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
    post = await openPost((mail) => route(mail));
    dovecot = await startDovecot({ accounts: true });
    here = await startHere();
    there = await startDesk(post.sink, read("noc"), {
      ...{ own: PEOPLE, acme: DESK, onLog: theirLines.add, env: { CROSSDESK_SECRET_KEY: secret(1) } },
    });
  });
  beforeEach(() => {
    route = kept;
  });
  after(async () => {
    await Promise.all([here.close(), there.close()]);
    await dovecot.remove();
    await post.sink.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("two gateways that answer each other are quiet at once by their marks", async () => {
    route = (mail) => into(mail, mail.raw);
    for (const app of [here, there]) await app.createTask({ number: "T-1" });
    // What the other wrote is a machine's, and asks for nothing.
    for (const one of [lines, theirLines]) await one.until(({ outcome }) => outcome === "automatic");
    await untilQuiet("T-2");
    assert.equal(post.sink.mails.filter(about("T-1")).length, 2, "each wrote of its own task alone");
  });

  test("and within the budget without them; none of their mails is lost", async () => {
    await there.createTask({ number: "T-3" });
    for (let mail = await post.next(); !about("T-3")(mail); ) mail = await post.next();
    const [sent, ours, theirs] = [post.sink.mails.length, lines.all.length, theirLines.all.length];
    route = (mail) => into(mail, stripped(mail));
    await here.createTask({ number: "T-3" });
    await theirLines.until(isLoop);
    await untilQuiet("T-4");
    const said = post.sink.mails.slice(sent).filter(about("T-3"));
    assert.equal(said.length, 1 + 2 * BUDGET.mails, "the first mail, and an answer for each in the budget of both");
    const [ourEnds, theirEnds] = [endsIn(lines.all.slice(ours)), endsIn(theirLines.all.slice(theirs))];
    assert.deepEqual([ourEnds.length, ourEnds.at(-1)], [BUDGET.mails + 1, "done"], "one by hand at the end");
    assert.deepEqual([theirEnds.length, theirEnds.at(-1)], [BUDGET.mails + 1, "loop"]);
    assert.deepEqual([await openLoops(here), await openLoops(there)], [0, 1]);
    assert.deepEqual(await inbox("desk"), []);
    assert.deepEqual(
      await inbox("noc"),
      Array.from({ length: 1 + theirEnds.length }, () => "$Crossdesk,\\Seen"),
    );
  });

  test("an auto-responder without a mark is quiet after the budget, also after a restart, and people on other tasks are not", async () => {
    const before = lines.all.length;
    const last = Promise.withResolvers<Buffer>();
    let rounds = 0;
    route = async (mail) => {
      rounds++;
      const answer = autoAnswer(mail);
      // The gateway is stopped before this one comes.
      if (rounds === 3) last.resolve(answer);
      else await arrive(answer);
    };
    await here.createTask({ number: "T-5" });
    const waiting = await last.promise;
    const { admin } = here.keys;
    await here.close();
    await arrive(waiting);
    here = await startHere();
    here.keys.admin = admin;
    await lines.until(isLoop);
    assert.equal(rounds, 1 + BUDGET.mails, "the first mail, and an answer for each in the budget");
    // It goes on whatever comes: nothing of that is answered, and a person looks at the first alone.
    for (const text of ["again", "and again"]) await arrive(write(text, { subject: "Re: T-5" }));
    await lines.until(isLoop, 3);
    await untilQuiet("T-6");
    assert.equal(rounds, 1 + BUDGET.mails);
    const within = Array.from({ length: BUDGET.mails }, () => "done");
    assert.deepEqual(endsIn(lines.all.slice(before)), [...within, "loop", "loop", "loop", "done"]);
    assert.equal(await openLoops(here), 1);
    assert.deepEqual(await inbox("desk"), []);
  });

  test("a mail above 25 MiB is refused, its sender told, and holds nothing up; what could not be kept whole is not deleted", async () => {
    await here.createTask({ number: "T-7" });
    const answer = async (): Promise<SunkMail> => {
      for (let mail = await post.next(); ; mail = await post.next()) if (isAnswer(mail)) return mail;
    };
    // Not acme's: what of theirs named no task has used up the budget for that.
    const large = write("T-7 with a film", { subject: "T-7 Film", from: "noc@globex.example" });
    await arrive(Buffer.concat([large, Buffer.alloc(26 * 1024 * 1024, `${"x".repeat(76)}\r\n`)]));
    await arrive(write("T-7 and a word", { subject: "T-7 Words" }));
    const told = await textOf(await answer());
    assert.equal(told.subject, "Re: T-7 Film");
    assert.equal(told.to && "text" in told.to && told.to.text, "noc@globex.example");
    assert.match(told.text ?? "", /zu groß/);
    assert.match(told.text ?? "", /2726\d{4} bytes/);
    const next = await textOf(await answer());
    assert.equal(next.subject, "Re: T-7 Words");
    const { messages } = await get<{ messages: KeptMessage[] }>(here, "/v1/messages?kind=quarantined&state=open");
    const [kept] = messages.filter(({ code }) => code === "too_large");
    assert.equal(kept?.sender, "noc@globex.example");
    assert.deepEqual(await inbox("desk"), ["$Crossdesk,\\Seen"]);
  });

  test("who only claims an address spends nothing of the budget of who is believed", async () => {
    const verified = { headers: ["Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example"] };
    await here.createTask({ number: "T-8" });
    for (const subject of ["T-8", "Hello"]) {
      for (let count = 0; count < 4; count++) await hand(here, write("Forged", { subject }), "dmarc");
    }
    assert.equal((await hand(here, write("By hand", { subject: "T-8", ...verified }), "dmarc")).outcome, "applied");
    assert.equal((await hand(here, write("By hand", { subject: "Hello", ...verified }), "dmarc")).reason, "no_task");
  });

  test("mails on a ticket beyond the budget are noise, and none is answered", async () => {
    await here.createTask({ number: "T-9" });
    const { ticket } = await get<{ ticket: string }>(here, "/v1/tasks/T-9");
    const ends: Ended[] = [];
    for (let count = 0; count < 4; count++)
      ends.push(await hand(here, write(`[[TicketId]]: ${ticket}\n[[TicketMessage]]: ${count}`), "tickets"));
    assert.deepEqual(
      ends.map(({ outcome, reason }) => `${outcome} ${reason}`),
      ["applied null", "applied null", "quarantined loop", "noise loop"],
    );
  });
});
