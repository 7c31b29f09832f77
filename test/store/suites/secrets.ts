// What is sealed opens only under the key it was sealed with; a start that fails leaves nothing open behind it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { connect, type Environment, openTestStore } from "../../helpers/store.ts";

const PASSWORD = "open sesame";
const SITE = {
  mailboxes: [{ name: "desk", host: "imap.example", user: "desk", password: PASSWORD, trust: { kind: "sender" } as const }],
};
const OTHER_KEY = Buffer.alloc(32, 9).toString("base64");

export function secrets(environment: () => Environment): void {
  suite("secrets", () => {
    test("a start with another key is refused with the reason, and one with the right key works after it", async () => {
      const url = await environment().createDatabase();
      const first = await openTestStore(url);
      await first.store.admin.apply(SITE);
      await first.close();
      await assert.rejects(openTestStore(url, { secretKey: OTHER_KEY }), /sealed under another CROSSDESK_SECRET_KEY/);
      await assert.rejects(openTestStore(url, { secretKey: "c2hvcnQ=" }), /CROSSDESK_SECRET_KEY must be 32 bytes/);
      const again = await openTestStore(url);
      assert.equal(again.store.site().mailboxes.get("desk")?.password, PASSWORD);
      await again.close();
    });

    test("a key that is too short makes no other keys either", async () => {
      const url = await environment().createDatabase();
      const short = await openTestStore(url, { secretKey: "c2hvcnQ=" });
      assert.throws(() => short.store.keyFor("anything"), /CROSSDESK_SECRET_KEY must be 32 bytes/);
      await short.close();
      const whole = await openTestStore(url);
      assert.equal(whole.store.keyFor("anything").length, 32);
      await whole.close();
    });

    test("nothing secret lies in the clear in any table of the site", async () => {
      const url = await environment().createDatabase();
      const opened = await openTestStore(url);
      const basic = { id: "basic", provider: "acme", basic: { user: "acme", password: PASSWORD } };
      const [change] = await opened.store.admin.apply({ credentials: [{ id: "made", role: "ticketing", apiKey: "generate" }] });
      await opened.store.admin.apply({ ...SITE, credentials: [basic] });
      await opened.close();
      const db = await connect(url);
      const rows = [...(await db.rows("select * from credentials")), ...(await db.rows("select * from mailboxes"))];
      await db.close();
      const kept = JSON.stringify(rows);
      assert.ok(change?.secret && rows.length > 2);
      assert.ok(!kept.includes(PASSWORD) && !kept.includes(change.secret));
      assert.ok(!JSON.stringify(opened.log).includes(PASSWORD));
    });
  });
}
