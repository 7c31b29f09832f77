// A gateway that is killed at any step between fetching a mail and marking, moving or deleting it, or while it answers one, and one
// whose neighbour reads the same mailbox: every mail has its effect once and ends where it belongs, and none is answered twice.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Handled } from "../../src/store/site-mail-server.ts";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import { type Folder, startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import { type ImapWire, type Stop, startImapWire } from "../helpers/imap-wire.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { startProxy } from "../helpers/proxy.ts";
import { type Connection, connect } from "../helpers/store.ts";
import { mailBytes, readFeed } from "../helpers/story.ts";
import { startSuccessor, type Successor } from "../helpers/successor.ts";
import { type SilentServer, startSilentServer } from "../outbound/email-silent.ts";

const FROM = "noc@acme.example";
const EACH = 2;
/** Longer than any answer is on its way. */
const DOWN_MS = 11 * 60_000;

const FETCH = /^UID FETCH .*BODY\.PEEK/;
const STORE = /^UID STORE/;
const EXPUNGE = /^UID EXPUNGE/;
const MARK: Handled = { kind: "mark" };
const MOVE: Handled = { kind: "move", folder: "Done" };
const DELETE: Handled = { kind: "delete" };

/** Mailboxes, and where the reader of each stands when the process is killed. */
const STEPS: readonly (readonly [name: string, handled: Handled, stop: Stop])[] = [
  ["unasked", MARK, { command: FETCH, when: "before" }],
  ["cut", MARK, { command: FETCH, when: "within" }],
  ["unheard", DELETE, { command: FETCH, when: "after" }],
  ["unmarked", MARK, { command: STORE, when: "before" }],
  ["marked", MARK, { command: STORE, when: "after" }],
  ["unmoved", MOVE, { command: /^UID MOVE/, when: "before" }],
  ["moved", MOVE, { command: /^UID MOVE/, when: "after" }],
  ["untouched", DELETE, { command: STORE, when: "before" }],
  ["flagged", DELETE, { command: EXPUNGE, when: "before" }],
  ["deleted", DELETE, { command: EXPUNGE, when: "after" }],
];
interface Box {
  name: string;
  handled: Handled;
  folder: Folder;
  texts: string[];
}

suite("mails and a gateway that is killed", { skip: lacking("dovecot") }, () => {
  let dovecot: TestDovecot;
  let smtp: SilentServer;
  const wires: ImapWire[] = [];

  const documentOf = (name: string, handled: Handled, port: number, seconds = 600): MailboxDocument => ({
    ...{ name, host: "127.0.0.1", port, security: "none", user: "desk", password: "only-for-tests", folder: name, handled },
    ...{ trust: { kind: "sender" }, taskPatterns: ["TicketId:\\s*(\\S+)"], pollSeconds: seconds },
  });
  const box = async (name: string, handled: Handled): Promise<Box> => ({
    ...{ name, handled, folder: await dovecot.folder(name), texts: [] },
  });
  const wire = async (): Promise<ImapWire> => {
    const one = await startImapWire(dovecot.port);
    wires.push(one);
    return one;
  };
  const bring = async ({ name, folder, texts }: Box, count = EACH): Promise<void> => {
    const more = Array.from({ length: count }, (_, index) => `${name} ${texts.length + index}`);
    texts.push(...more);
    await folder.append(
      ...more.map((text) => mailBytes({ type: "update_message", task: "K-1", message: text }, FROM, idOf(text))),
    );
  };

  before(async () => {
    [dovecot, smtp] = await Promise.all([startDovecot(), startSilentServer()]);
  });
  after(async () => {
    for (const one of wires) await one.close();
    await dovecot.remove();
    await smtp.close();
  });

  test("at every step between fetch, commit and mark, move or delete, and while one is answered", async (t) => {
    const done = await dovecot.folder("Done");
    const stops = await Promise.all(
      STEPS.map(async ([name, handled, stop]) => ({ box: await box(name, handled), wire: await wire(), stop })),
    );
    const answered = await box("answered", MARK);
    const answers = { host: "127.0.0.1", port: smtp.port, security: "none", from: "desk@desk.example" } as const;
    const site = await writeSite([
      ...stops.map(({ box: { name, handled }, wire: { port } }) => documentOf(name, handled, port)),
      { ...documentOf("answered", MARK, dovecot.port), answers },
    ]);
    t.after(() => site.remove());
    const databaseUrl = `sqlite:${path.join(site.folder, "crossdesk.db")}`;
    const env = { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${smtp.port}` };
    const gateway = await startProcess({ databaseUrl, site, env });
    t.after(() => gateway.kill());
    await openTask(gateway, site);

    const stopped = stops.map((one) => one.wire.stopAt(one.stop));
    await Promise.all(stops.map((one) => bring(one.box)));
    await Promise.all(stopped);
    await bring(answered);
    await smtp.untilWhole();
    await gateway.kill();

    smtp.speak();
    const successor = await startSuccessor({ databaseUrl, site, env, clock: () => Date.now() + DOWN_MS });
    t.after(() => successor.stop());
    const boxes = [...stops.map((one) => one.box), answered];
    const texts = boxes.flatMap((one) => one.texts);
    assert.deepEqual(await mailsDone(successor, site, texts), texts.toSorted());
    await smtp.untilWhole();
    await successor.stop();
    assert.deepEqual(
      smtp.mails.map((mail) => /^In-Reply-To: <(.*)>/m.exec(mail)?.[1]),
      answered.texts.map(idOf),
      "the answer that was being sent may have gone out; the one behind it had not",
    );
    const left = await Promise.all(boxes.map(async ({ folder }) => (await folder.mails()).map((mail) => mail.flags.join())));
    const marked = Array.from({ length: EACH }, () => "$Crossdesk,\\Seen");
    assert.deepEqual(
      left,
      boxes.map(({ handled }) => (handled.kind === "mark" ? marked : [])),
    );
    assert.equal((await done.mails()).length, EACH * boxes.filter(({ handled }) => handled.kind === "move").length);
  });

  test("two processes on one mailbox, the one that reads killed before it commits, and before it knows that it did", {
    skip: lacking("mariadb"),
  }, async (t) => {
    const mariadb = await startMariadb();
    t.after(() => mariadb.stop());
    const [shared, held] = await Promise.all([box("shared", DELETE), box("held", DELETE)]);
    const { port, connections } = await wire();
    const site = await writeSite([shared, held].map(({ name, handled }) => documentOf(name, handled, port, 1)));
    t.after(() => site.remove());
    const databaseUrl = await mariadb.createDatabase();
    const line = await startProxy(databaseUrl);
    t.after(() => line.close());
    const first = await startProcess({ databaseUrl: line.url(databaseUrl), site });
    t.after(() => first.kill());
    await openTask(first, site);
    const second = await startSuccessor({ databaseUrl, site });
    t.after(() => second.stop());
    const db = await connect(databaseUrl);
    t.after(() => db.close());

    const committed = line.cutAtCommit({ when: "after", held: true });
    await bring(shared, 40);
    await committed;
    // Where its position will stand nobody else can write: the mail is fetched, read and about to be committed.
    await db.rows("set session transaction isolation level repeatable read");
    await db.rows("begin");
    await db.rows("select last_uid from mailbox_positions where mailbox = 'held' for update");
    await bring(held);
    await waitsForLock(db);
    assert.equal(connections(), 2, "one process alone reads");
    await first.kill();
    await db.rows("rollback");
    const positions = await db.rows<{ mailbox: string; last_uid: number }>("select mailbox, last_uid from mailbox_positions");
    assert.deepEqual(
      positions.map(({ mailbox, last_uid: uid }) => [mailbox, uid > 0 && uid < 40]),
      [["shared", true]],
    );

    await bring(shared, 2);
    // The leases of the dead would run for a while yet.
    await db.rows("update leases set lease_until = 0 where name like 'mailbox%'");
    const texts = [...shared.texts, ...held.texts];
    assert.deepEqual(await mailsDone(second, site, texts), texts.toSorted());
    await second.stop();
    for (const { folder } of [shared, held]) assert.deepEqual(await folder.mails(), []);
  });
});

const idOf = (text: string): string => `${text.replace(" ", "-")}@acme.example`;

async function openTask({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const post = async (to: string, json: object): Promise<void> => {
    const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(url + to, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  };
  await post("/v1/tickets", { number: "T-1", subject: "Kept through every fall" });
  await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" });
}

/** The server keeps what it tells of transactions for a tenth of a second after each question, so that who asks sooner learns nothing. */
const FRESH_MS = 110;
const LOCKED = `select 1 from information_schema.innodb_trx as waiting
  join information_schema.processlist as process on process.id = waiting.trx_mysql_thread_id
  where waiting.trx_state = 'LOCK WAIT' and process.db = database()`;

/** Resolves when somebody waits for a row of this database that is locked. */
async function waitsForLock({ rows }: Connection): Promise<void> {
  while ((await rows(LOCKED)).length === 0) await delay(FRESH_MS);
}

/** Resolves when each text was said, with what was said, as often as it was; each line of the log about a mail is a reason to look. */
async function mailsDone(gateway: Successor, { keys }: KnownSite, texts: readonly string[]): Promise<string[]> {
  let wake: () => void = () => undefined;
  const deaf = gateway.listen(({ channel }) => void (channel === "email" && wake()));
  for (;;) {
    const next = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const events = await readFeed({ url: gateway.url, key: keys.ticketing });
    const said = events.flatMap(({ data }) => (data.message ? [data.message.text] : []));
    if (texts.every((text) => said.includes(text))) {
      deaf();
      return said.sort();
    }
    await next;
  }
}
