// Many mailboxes in one process share what there is: none is turned away for being one of many.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createMailParser } from "../../src/inbound/email/parse.ts";
import { createMailReceiver } from "../../src/inbound/email/receive.ts";
import { startApp } from "../helpers/app.ts";
import { KEEPING } from "../helpers/kept.ts";
import type { Mailbox } from "../../src/store/site.ts";
import { message } from "./email-harness.ts";

/** So many mails a mailbox reads ahead. */
const AHEAD = 16;

const mailbox = (name: string): Mailbox => ({
  ...{ name, host: null, port: 993, security: "tls", user: "", password: "", folder: "INBOX" },
  ...{ trust: { kind: "sender" }, tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: [], pollMs: 60_000 },
});

suite("many mailboxes", () => {
  test("twenty that all have a backlog are read to the end, and one that comes later waits for no other's backlog", async (t) => {
    const app = await startApp();
    const parser = createMailParser(10_000, 1);
    t.after(async () => {
      await parser.close();
      await app.close();
    });
    const parts = { door: app.door, site: app.app.store.site, log: () => undefined, report: () => undefined, parser };
    const receiver = createMailReceiver({ ...KEEPING, ...parts });
    const ended: string[] = [];
    const prepare = (name: string): Promise<string> =>
      receiver.prepare(mailbox(name), message(name)).then((made) => {
        ended.push(name);
        return "commands" in made ? "understood" : made.reason;
      });
    const backlog = Array.from({ length: 20 * AHEAD }, (_, index) => prepare(`box ${index % 20}`));
    const [late, handed] = await Promise.all([
      prepare("late"),
      // One that is handed over meanwhile finds room too.
      receiver.receive(mailbox("handed"), { raw: message("by hand"), position: null, requestId: "by-hand" }),
    ]);
    assert.ok(ended.indexOf("late") < 20 * AHEAD - 1, "it came behind all of the others");
    assert.deepEqual([late, handed.reason], ["understood", "unknown_task"]);
    assert.deepEqual(new Set(await Promise.all(backlog)), new Set(["understood"]));
  });
});
