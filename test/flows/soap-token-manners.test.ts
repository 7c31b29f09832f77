// A partner that shows only in its message who it is: its time zone, its charset and its other manners count as they do for one that
// an API key made known before.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { envelope, type Message, send, sendEnvelope, tokenHeader } from "../helpers/soap-message.ts";

const ACME = { user: "acme-wss", password: "a password of acme" };
const GLOBEX = { user: "globex-wss", password: "a password of globex" };

suite("who is known by a token is read by its manners", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({
      env: { CROSSDESK_TRUSTED_PROXIES: "127.0.0.1" },
      site: {
        providers: [{ name: "acme", timeZone: "Europe/Berlin", soap: { charset: "windows-1252", anyBody: true } }],
        credentials: [
          { id: "acme-wss", provider: "acme", usernameToken: { ...ACME, digest: true } },
          { id: "globex-wss", provider: "globex", usernameToken: { ...GLOBEX, digest: true } },
          { id: "globex-net", provider: "globex", network: ["2001:db8:7::/48"] },
        ],
      },
    });
  });
  after(() => app.close());

  const latest = async (task: string) => (await app.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items.at(-1);
  /** From nowhere, and from the network of globex, whose word counts less than the token's. */
  const FROM: readonly Record<string, string>[] = [{}, { "X-Forwarded-For": "2001:db8:7::5" }];

  for (const more of FROM) {
    const from = Object.keys(more).length === 0 ? "from anywhere" : "from the network of another";
    for (const digest of [false, true])
      test(`a time without offset, ${from}, ${digest ? "digest" : "text"}`, async () => {
        const expected = [
          [ACME, "acme-field", "2026-07-01T10:00:00Z"],
          [GLOBEX, "globex-net", "2026-07-01T12:00:00Z"],
        ] as const;
        for (const [token, group, at] of expected) {
          const task = await app.createTask({ group });
          const fields = { taskId: task, solution: "Fuse replaced", resolvedAt: "2026-07-01T12:00:00", closed: "false" };
          const headers = tokenHeader({ ...token, digest });
          const answer = await send(app.url, { operation: "Reassignment", fields, headers }, more);
          assert.equal(answer.status, 200, answer.body);
          assert.equal((await latest(task))?.task?.resolvedAt, Date.parse(at));
        }
      });

    test(`letters in a charset that is not named, ${from}`, async () => {
      const message = (task: string, token: typeof ACME): Message => ({
        fields: { taskId: task, message: "Zürich" },
        headers: tokenHeader({ ...token, digest: true }),
      });
      const [task, other] = [await app.createTask(), await app.createTask({ group: "globex-net" })];
      for (const one of [message(task, ACME), message(other, GLOBEX)])
        assert.equal((await sendEnvelope(app.url, Buffer.from(envelope(one), "latin1"), more)).status, 200);
      assert.equal((await latest(task))?.message?.text, "Zürich");
      assert.equal((await latest(other))?.message?.text, "Z\ufffdrich");
    });

    test(`an operation in an element of another namespace, ${from}`, async () => {
      const element = 'ProcessInstanceTaskExternalUpdateMessage xmlns="urn:test-system"';
      const task = await app.createTask();
      const fields = { taskId: task, message: "in a strange element" };
      const answer = await send(app.url, { fields, element, headers: tokenHeader({ ...ACME, digest: true }) }, more);
      assert.equal(answer.status, 200, answer.body);
      assert.equal((await latest(task))?.message?.text, "in a strange element");
      const strict = await send(app.url, { fields, element, headers: tokenHeader({ ...GLOBEX, digest: true }) }, more);
      assert.match(strict.fault ?? "", /must be the element/);
    });
  }

  test("who is known by its network alone is read by its own", async () => {
    const element = 'ProcessInstanceTaskExternalUpdateMessage xmlns="urn:test-system"';
    const task = await app.createTask({ group: "globex-net" });
    const fields = { taskId: task, message: "x" };
    const from = { "X-Forwarded-For": "2001:db8:7::5" };
    assert.match((await send(app.url, { fields, element }, from)).fault ?? "", /must be the element/);
    assert.equal((await send(app.url, { fields }, from)).status, 200);
  });
});
