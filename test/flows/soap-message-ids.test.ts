// The message id of WS-Addressing over the running gateway: by it a sender's message is known again, beside whatever shows who it is.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { type Answered, messageId, type Message, send, tokenHeader } from "../helpers/soap-message.ts";

const ACME = { user: "acme-wss", password: "a password of acme", digest: true };
const NAMESPACES = ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"];
const VERSIONS = ["1.1", "1.2"] as const;

suite("a message id of WS-Addressing", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ site: { credentials: [{ id: "acme-wss", provider: "acme", usernameToken: ACME }] } });
  });
  after(() => app.close());

  const count = async (task: string) =>
    (await app.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items.filter((event) => event.direction === "In").length;
  const give = (message: Message, by: "acme" | "globex" | null = "acme"): Promise<Answered> =>
    send(app.url, message, by === null ? {} : { "X-Api-Key": app.keys[by] });

  let drawn = 0;
  const newId = (): string => `urn:uuid:00000000-0000-4000-8000-${String(drawn++).padStart(12, "0")}`;

  for (const namespace of NAMESPACES)
    for (const version of VERSIONS)
      test(`${namespace}, SOAP ${version}: the same id and content is one message`, async () => {
        const task = await app.createTask();
        const headers = messageId(newId(), namespace);
        const message = { fields: { taskId: task, message: "x" }, headers, version };
        const [first, second] = [await give(message), await give(message)];
        assert.equal(first.status, 200, first.body);
        assert.equal(second.event, first.event);
        const other = await give({ ...message, fields: { ...message.fields, message: "y" } });
        assert.deepEqual([other.status, other.code], [500, "key_reused"]);
        assert.equal(await count(task), 1);
        const fresh = await give({ ...message, headers: messageId(newId(), namespace) });
        assert.notEqual(fresh.event, first.event, "another id is another message, whatever it says");
        assert.equal(await count(task), 2);
      });

  test("it holds in every version of addressing and of SOAP, and for the other operation", async () => {
    const task = await app.createTask();
    const id = newId();
    const fields = { taskId: task, externalReference: "R", message: "x" };
    const first = await give({ fields, headers: messageId(id) });
    for (const version of VERSIONS)
      for (const namespace of NAMESPACES)
        assert.equal((await give({ fields, headers: messageId(id, namespace), version })).event, first.event);
    const other = await give({ fields, headers: messageId(id), operation: "Acknowledgement" });
    assert.equal(other.code, "key_reused");
    assert.equal(await count(task), 1);
  });

  test("ids of two providers do not meet", async () => {
    const [task, other] = [await app.createTask(), await app.createTask({ group: "globex-net" })];
    const headers = messageId(newId());
    const first = await give({ fields: { taskId: task, message: "x" }, headers });
    const second = await give({ fields: { taskId: other, message: "y" }, headers }, "globex");
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.notEqual(first.event, second.event);
  });

  test("beside a UsernameToken, which is another each time; and under another credential of the provider", async () => {
    const task = await app.createTask();
    const id = messageId(newId());
    const fields = { taskId: task, message: "x" };
    const first = await give({ fields, headers: id + tokenHeader(ACME) }, null);
    assert.equal(first.status, 200, first.body);
    assert.equal((await give({ fields, headers: tokenHeader(ACME) + id }, null)).event, first.event);
    assert.equal((await give({ fields, headers: id })).event, first.event);
    const changed = await give({ fields: { taskId: task, message: "y" }, headers: id + tokenHeader(ACME) }, null);
    assert.equal(changed.code, "key_reused");
    assert.equal(await count(task), 1);
  });

  test("of many at once one is carried out", async () => {
    const task = await app.createTask();
    const message = { fields: { taskId: task, message: "x" }, headers: messageId(newId()) };
    const answers = await Promise.all(Array.from({ length: 12 }, () => give(message)));
    assert.equal(new Set(answers.map(({ event }) => event)).size, 1);
    assert.equal(await count(task), 1);
  });

  test("a stranger's id says nothing of who used it before", async () => {
    const task = await app.createTask();
    const message = { fields: { taskId: task, message: "x" }, headers: messageId(newId()) };
    const before = await give(message, null);
    assert.equal((await give(message)).status, 200);
    const known = await give(message, null);
    assert.deepEqual([known.status, known.body], [401, before.body]);
  });

  test("an empty one is none", async () => {
    const task = await app.createTask();
    for (const message of ["one", "two"])
      assert.equal((await give({ fields: { taskId: task, message }, headers: messageId(" ") })).status, 200);
    assert.equal(await count(task), 2);
  });

  test("two ids, or one that is too long, are refused", async () => {
    const task = await app.createTask();
    for (const headers of [messageId(newId()) + messageId(newId()), messageId("x".repeat(1025))]) {
      const answer = await give({ fields: { taskId: task, message: "x" }, headers });
      assert.deepEqual([answer.status, answer.code], [500, "invalid_request"]);
    }
    assert.equal(await count(task), 0);
  });
});
