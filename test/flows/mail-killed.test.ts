// A gateway that is killed at any step between fetching a mail and marking, moving or deleting it, and one whose neighbour reads the
// same mailbox: every mail has its effect once, and ends where it belongs.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import type { Handled } from "../../src/store/site-mail-server.ts";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import { type Folder, startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import { type ImapWire, type Stop, startImapWire } from "../helpers/imap-wire.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { connect } from "../helpers/store.ts";
import { mailBytes, readFeed } from "../helpers/story.ts";

const FROM = "noc@acme.example";
const EACH = 3;

const FETCH = /^UID FETCH .*BODY\.PEEK/;
const STORE = /^UID STORE/;
const MARK: Handled = { kind: "mark" };
const MOVE: Handled = { kind: "move", folder: "Done" };
const DELETE: Handled = { kind: "delete" };

/** Mailboxes, and where the reader of each is stopped before the process is killed, the first time and the second. */
const STEPS: readonly (readonly [name: string, handled: Handled, first: Stop, second: Stop])[] = [
  ["marked-1", MARK, { command: FETCH, when: "before" }, { command: FETCH, when: "within" }],
  ["marked-2", MARK, { command: STORE, when: "before" }, { command: STORE, when: "after" }],
  ["moved", MOVE, { command: /^UID MOVE/, when: "before" }, { command: /^UID MOVE/, when: "after" }],
  ["deleted-1", DELETE, { command: STORE, when: "before" }, { command: /^UID EXPUNGE/, when: "before" }],
  ["deleted-2", DELETE, { command: FETCH, when: "after" }, { command: /^UID EXPUNGE/, when: "after" }],
];

interface Box {
  name: string;
  folder: Folder;
  wire: ImapWire;
  texts: string[];
}

suite("mails and a gateway that is killed", { skip: lacking("dovecot") }, () => {
  let dovecot: TestDovecot;
  const boxes: Box[] = [];

  const documentOf = (name: string, handled: Handled, port: number, seconds: number): MailboxDocument => ({
    ...{ name, host: "127.0.0.1", port, security: "none", user: "desk", password: "only-for-tests", folder: name, handled },
    ...{ trust: { kind: "sender" }, taskPatterns: ["TicketId:\\s*(\\S+)"], pollSeconds: seconds },
  });
  const box = async (name: string): Promise<Box> => {
    const one = { name, folder: await dovecot.folder(name), wire: await startImapWire(dovecot.port), texts: [] };
    boxes.push(one);
    return one;
  };
  const bring = async ({ name, folder, texts }: Box, count: number): Promise<void> => {
    const more = Array.from({ length: count }, (_, index) => `${name} ${texts.length + index}`);
    const id = (text: string): string => `${text.replace(" ", "-")}@acme.example`;
    await folder.append(...more.map((text) => mailBytes({ type: "update_message", task: "K-1", message: text }, FROM, id(text))));
    texts.push(...more);
  };

  before(async () => {
    dovecot = await startDovecot();
  });
  after(async () => {
    for (const { wire } of boxes) await wire.close();
    await dovecot.remove();
  });

  test("at every step between fetch, commit and mark, move or delete", async (t) => {
    const done = await dovecot.folder("Done");
    const all = await Promise.all(STEPS.map(async (step) => ({ step, ...(await box(step[0])) })));
    const site = await writeSite(all.map(({ step: [name, handled], wire }) => documentOf(name, handled, wire.port, 600)));
    t.after(() => site.remove());
    const databaseUrl = `sqlite:${path.join(site.folder, "crossdesk.db")}`;
    let gateway = await startProcess({ databaseUrl, site });
    t.after(() => gateway.kill());
    await openTask(gateway, site);
    for (const kill of [2, 3] as const) {
      const stopped = all.map(({ step, wire }) => wire.stopAt(step[kill]));
      await Promise.all(all.map((one) => bring(one, EACH)));
      await Promise.all(stopped);
      await gateway.kill();
      gateway = await startProcess({ databaseUrl, site });
    }
    const texts = all.flatMap((one) => one.texts);
    assert.deepEqual(await mailsDone(gateway, site, texts), texts.toSorted());
    await gateway.stop();
    const left = await Promise.all(all.map(async ({ folder }) => (await folder.mails()).map((mail) => mail.flags.join())));
    const marked = Array.from({ length: 2 * EACH }, () => "$Crossdesk,\\Seen");
    assert.deepEqual(left, [marked, marked, [], [], []]);
    assert.equal((await done.mails()).length, 2 * EACH);
  });

  test("two processes on one mailbox, the one that reads killed in the middle", { skip: lacking("mariadb") }, async (t) => {
    const mariadb = await startMariadb();
    t.after(() => mariadb.stop());
    const shared = await box("shared");
    const site = await writeSite([documentOf("shared", { kind: "delete" }, shared.wire.port, 1)]);
    t.after(() => site.remove());
    const databaseUrl = await mariadb.createDatabase();
    const first = await startProcess({ databaseUrl, site });
    const second = await startProcess({ databaseUrl, site });
    t.after(() => Promise.all([first.kill(), second.kill()]));
    await openTask(first, site);
    const stopped = shared.wire.stopAt({ command: /^UID STORE/, when: "before" });
    await bring(shared, 40);
    await stopped;
    assert.equal(shared.wire.connections(), 1, "one process alone reads");
    await first.kill();
    await bring(shared, 2);
    // The lease of the dead would run for a while yet.
    const db = await connect(databaseUrl);
    await db.rows("update leases set lease_until = 0 where name like 'mailbox%'");
    await db.close();
    assert.deepEqual(await mailsDone(second, site, shared.texts), shared.texts.toSorted());
    await second.stop();
    assert.deepEqual(await shared.folder.mails(), []);
  });
});

async function openTask({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const post = async (to: string, json: object): Promise<void> => {
    const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(url + to, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  };
  await post("/v1/tickets", { number: "T-1", subject: "Kept through every fall" });
  await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" });
}

/** Resolves when each text was said, with what was said, as often as it was; each line of the log about a mail is a reason to look. */
async function mailsDone(gateway: GatewayProcess, { keys }: KnownSite, texts: readonly string[]): Promise<string[]> {
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
