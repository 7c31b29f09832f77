// The example contract called by who shows a secret, or a hash, among the arguments: over SOAP, HTTP GET and form POST alike.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { callField, type FieldCall, fieldContracts, WAYS, type Way } from "../helpers/field-service.ts";
import { tokenHeader } from "../helpers/soap-message.ts";

const OLD = "the old secret of acme";
const NEW = "the new secret of acme";
const GLOBEX = "the secret of globex";
const TOKEN = { user: "globex-wss", password: "a password of globex", digest: true };
const READY_AT = "2026-07-01T12:00:00";

suite("secrets among the arguments, in every way of calling", () => {
  let app: TestApp;
  const contracts = fieldContracts();
  const log: string[] = [];
  let ahead = 0;
  before(async () => {
    app = await startApp({
      env: { CROSSDESK_CONTRACTS: contracts.folder },
      clock: () => Date.now() + ahead,
      onLog: (line) => void log.push(JSON.stringify(line)),
      site: {
        credentials: [
          { id: "acme-old", provider: "acme", sharedSecret: OLD },
          { id: "acme-new", provider: "acme", sharedSecret: NEW },
          { id: "globex-hash", provider: "globex", sharedSecret: GLOBEX },
          { id: "globex-wss", provider: "globex", usernameToken: TOKEN },
        ],
      },
    });
  });
  after(async () => {
    await app.close();
    contracts.remove();
  });

  const incoming = async (task: string) =>
    (await app.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items.filter((event) => event.direction === "In") ?? [];
  const give = (way: Way, call: FieldCall) => callField(app.url, way, call);

  const ready = (task: string, shown: string): FieldCall => ({
    operation: "TaskReady",
    fields: {
      ...{ p_strTaskNumber: task, p_strExternalNumber: "F-1", p_strText: "Fuse replaced" },
      ...{ p_datReadyAt: READY_AT, p_intState: "1", p_strHash: shown },
    },
  });
  const returned = (task: string, secret: string): FieldCall => ({
    operation: "TaskReturn",
    fields: { p_strTaskNumber: task, p_strReason: "Wrong address", p_strPassword: secret },
  });
  const hmac = (task: string, secret: string): Buffer => createHmac("sha256", secret).update(`${task}|1|${READY_AT}`).digest();

  for (const way of WAYS) {
    test(`${way}: a hash in hex or base64, of either secret`, async () => {
      for (const secret of [OLD, NEW])
        for (const spelling of ["hex", "base64"] as const) {
          const task = await app.createTask();
          const call = ready(task, hmac(task, secret).toString(spelling));
          const [first, second] = [await give(way, call), await give(way, call)];
          assert.deepEqual([first.status, first.result, second.result], [200, task, task], first.body);
          const [done, ...more] = await incoming(task);
          assert.equal(done?.task?.resolvedAt, Date.parse("2026-07-01T10:00:00Z"), "in the provider's time zone");
          assert.deepEqual(more, []);
        }
    });

    test(`${way}: the secret itself`, async () => {
      const [task, other] = [await app.createTask(), await app.createTask({ group: "globex-net" })];
      for (const [number, secret] of [
        [task, NEW],
        [other, GLOBEX],
      ] as const) {
        const answer = await give(way, returned(number, secret));
        assert.deepEqual([answer.status, answer.result], [200, (await incoming(number))[0]?.id], answer.body);
      }
    });

    test(`${way}: another's task, and a wrong secret or hash`, async () => {
      ahead += 61_000;
      const task = await app.createTask();
      assert.equal((await give(way, returned(task, GLOBEX))).code, "unknown_task");
      const sum = hmac(task, OLD).toString("hex");
      const wrong: FieldCall[] = [
        returned(task, "the secret of nobody"),
        returned(task, ""),
        ready(
          task,
          sum.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
        ),
        ready(task, sum.slice(0, -2)),
        ready(task, hmac("TSK-0", OLD).toString("hex")),
        ready(task, OLD),
        ready(task, createHash("sha256").update(`${task}${OLD}`).digest("hex")),
        { operation: "TaskSeen", fields: { p_strTaskNumber: task, p_strExternalNumber: OLD } },
      ];
      const answers = await Promise.all(wrong.map((call) => give(way, call)));
      for (const answer of answers)
        assert.deepEqual([answer.status, answer.code, answer.body], [401, "unauthenticated", answers[0]?.body]);
      assert.deepEqual(await incoming(task), []);
    });

    test(`${way}: a header of HTTP counts before the secret`, async () => {
      ahead += 61_000;
      const task = await app.createTask();
      const more = { "X-Api-Key": app.keys.globex };
      assert.equal((await give(way, { ...returned(task, OLD), more })).code, "unknown_task");
      assert.equal((await give(way, { ...returned(task, OLD), more: { "X-Api-Key": "wrong" } })).status, 401);
      const own = await give(way, { ...returned(task, "wrong"), more: { "X-Api-Key": app.keys.acme } });
      assert.equal(own.status, 200, own.body);
    });
  }

  for (const way of ["SOAP 1.1", "SOAP 1.2"] as const)
    test(`${way}: a token counts before the secret`, async () => {
      const task = await app.createTask();
      assert.equal(
        (await give(way, { ...returned(task, OLD), headers: tokenHeader({ ...TOKEN, at: Date.now() + ahead }) })).code,
        "unknown_task",
      );
      const wrong = tokenHeader({ ...TOKEN, password: "wrong", at: Date.now() + ahead });
      assert.equal((await give(way, { ...returned(task, OLD), headers: wrong })).status, 401);
      assert.deepEqual(await incoming(task), []);
    });

  for (const way of ["SOAP 1.1", "SOAP 1.2"] as const)
    test(`${way}: whoever cannot be asked for a secret hears what cannot be read`, async () => {
      const call = ready("T", "x");
      const answer = await give(way, { ...call, fields: { ...call.fields, p_datReadyAt: "no time" } });
      assert.deepEqual([answer.status, answer.code], [500, "invalid_request"]);
    });

  test("no secret and no hash is in the log or in what is kept", async () => {
    const events = JSON.stringify((await app.views.events(0, 500)).items);
    for (const text of [...log, events]) assert.doesNotMatch(text, /secret of|p_strHash|p_strPassword|[0-9a-f]{64}/);
    assert.ok(log.some((line) => line.includes("message.answered")));
  });
});
