// The whole life of a task, played by clients made from the contract: what they send and read is checked by the compiler against
// the types any partner can generate, and played over HTTP against the gateway itself.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../src/inbound/rest/contract-types.ts";
import { startApp, type TestApp } from "../helpers/app.ts";

/** Of answers that have several media types this one is read. */
type Json = "application/json" | "application/problem+json";
type Event = components["schemas"]["Event"];
type Attachment = components["schemas"]["Attachment"];

let app: TestApp;
let desk: Client<paths, Json>;
let acme: Client<paths, Json>;
let globex: Client<paths, Json>;
before(async () => {
  app = await startApp();
  const client = (key: string) => createClient<paths, Json>({ baseUrl: app.url, headers: { "X-API-Key": key } });
  [desk, acme, globex] = [client(app.keys.ticketing), client(app.keys.acme), client(app.keys.globex)];
});
after(() => app.close());

const TASK = "TSK-2001";
const params = { path: { taskId: TASK } };

/** The data of an answer that is a success; else the failure tells the problem. */
async function good<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>, status = 201): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  assert.equal(response.status, status, JSON.stringify(error));
  assert.ok(data);
  return data;
}

/** Sends bytes as a file of the task and gives what the gateway keeps of it. */
async function upload(
  from: Client<paths, Json>,
  file: { name: string; bytes: Buffer; visibility?: "provider" },
): Promise<Attachment> {
  const header = { "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}` };
  const query = file.visibility ? { visibility: file.visibility } : {};
  const call = from.POST("/v1/tasks/{taskId}/attachments", {
    params: { ...params, header, query },
    headers: { "Content-Type": "application/octet-stream" },
    body: file.bytes,
    bodySerializer: (bytes) => bytes as Buffer<ArrayBuffer>,
  });
  const { attachment } = await good(call);
  assert.ok(attachment);
  return attachment;
}

/** Reads a file back and compares its bytes and every word about them. */
async function compare(reader: Client<paths, Json>, attachmentId: string, file: { name: string; bytes: Buffer }): Promise<void> {
  const { attachments } = await good(reader.GET("/v1/tasks/{taskId}/attachments", { params }), 200);
  const shown = attachments.find(({ id }) => id === attachmentId);
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  assert.deepEqual([shown?.name, shown?.size, shown?.sha256], [file.name, file.bytes.length, sha256]);
  const got = await reader.GET("/v1/attachments/{attachmentId}", { params: { path: { attachmentId } }, parseAs: "arrayBuffer" });
  assert.equal(got.response.status, 200);
  assert.equal(got.response.headers.get("etag"), `"${sha256}"`);
  assert.ok(Buffer.from(got.data as ArrayBuffer).equals(file.bytes), "the bytes are those that were sent");
}

async function readFeed(): Promise<Event[]> {
  const all: Event[] = [];
  for (let position = 0; ; ) {
    const { events, next, head } = await good(desk.GET("/v1/events", { params: { query: { after: position, limit: 5 } } }), 200);
    all.push(...events);
    if (next >= head) return all;
    position = next;
  }
}

suite("a client made from the contract", () => {
  test("the desk opens a ticket and a task, and the provider finds it", async () => {
    const subject = "Printer on floor 3 is out of order";
    const opened = await good(desk.POST("/v1/tickets", { body: { number: "TKT-1001", subject, requester: "ada@example.com" } }));
    assert.deepEqual([opened.ticket.number, opened.ticket.status], ["TKT-1001", "open"]);
    const body = { number: TASK, group: "acme-field", subject: "Repair the printer", custom: { floor: "3" } };
    const made = await good(desk.POST("/v1/tickets/{ticketId}/tasks", { params: { path: { ticketId: "TKT-1001" } }, body }));
    assert.equal(made.task?.status, "assigned");
    const { tasks } = await good(acme.GET("/v1/tasks", { params: { query: { status: ["assigned"] } } }), 200);
    assert.deepEqual(
      tasks.map(({ number, custom }) => [number, custom]),
      [[TASK, { floor: "3" }]],
    );
    const { error, response } = await globex.GET("/v1/tasks/{taskId}", { params });
    assert.deepEqual([response.status, error?.code], [404, "unknown_task"]);
  });

  test("the provider acknowledges, and its repeat with the same key does nothing", async () => {
    const call = () =>
      acme.POST("/v1/tasks/{taskId}/acknowledgement", {
        params: { ...params, header: { "Idempotency-Key": "ack-1" } },
        body: { externalReference: "INC0042" },
      });
    const first = await good(call());
    assert.deepEqual([first.task?.status, first.task?.reference], ["acknowledged", "INC0042"]);
    const again = await call();
    assert.deepEqual(again.data, first);
    assert.equal(again.response.headers.get("idempotency-replayed"), "true");
  });

  test("messages go both ways", async () => {
    await good(acme.POST("/v1/tasks/{taskId}/messages", { params, body: { message: "Which floor?" } }));
    await good(desk.POST("/v1/tasks/{taskId}/messages", { params, body: { message: "The third.", visibility: "provider" } }));
    await good(desk.POST("/v1/tasks/{taskId}/messages", { params, body: { message: "Slow.", visibility: "internal" } }));
    const { events } = await good(acme.GET("/v1/tasks/{taskId}/events", { params }), 200);
    const said = events.flatMap(({ data }) => (data.message ? [[data.direction, data.message.text]] : []));
    assert.deepEqual(said, [
      ["In", "Which floor?"],
      ["Out", "The third."],
    ]);
  });

  test("a file goes each way and comes back as it was", async () => {
    const photo = { name: "Gerät 3.jpg", bytes: randomBytes(300_000) };
    await compare(desk, (await upload(acme, photo)).id, photo);
    const plan = { name: "plan.pdf", bytes: Buffer.from("%PDF-1.4\r\n\0\xff", "latin1") };
    const sent = await upload(desk, { ...plan, visibility: "provider" });
    await compare(acme, sent.id, plan);
    const { response } = await globex.GET("/v1/attachments/{attachmentId}", { params: { path: { attachmentId: sent.id } } });
    assert.equal(response.status, 404);
  });

  test("solved, declined, solved again, closed", async () => {
    const solve = (solution: string) =>
      good(acme.POST("/v1/tasks/{taskId}/reassignment", { params, body: { outcome: "solved", solution } }));
    assert.equal((await solve("Switched it on.")).task?.status, "solved");
    const body = { reason: "It went off again." };
    const declined = await good(desk.POST("/v1/tasks/{taskId}/solution-rejection", { params, body }));
    assert.equal(declined.task?.status, "acknowledged");
    assert.equal((await solve("Replaced the fuser.")).task?.solution, "Replaced the fuser.");
    assert.equal((await good(desk.POST("/v1/tasks/{taskId}/closure", { params, body: {} }))).task?.status, "closed");
    const late = await acme.POST("/v1/tasks/{taskId}/messages", { params, body: { message: "Bye." } });
    assert.deepEqual([late.response.status, late.error?.code], [409, "task_closed"]);
  });

  test("the feed tells all of it in order", async () => {
    const feed = await readFeed();
    assert.deepEqual(
      feed.map(({ type, data }) => `${type.replace("crossdesk.", "")} ${data.direction ?? "-"}`),
      [
        "ticket.created -",
        "task.created -",
        "task.assigned Out",
        "task.acknowledged In",
        "task.message In",
        "task.message Out",
        "task.message -",
        "task.attachment In",
        "task.attachment Out",
        "task.solved In",
        "task.solution_declined Out",
        "task.solved In",
        "task.closed Out",
      ],
    );
    assert.deepEqual(
      feed.map(({ sequence }) => Number(sequence)),
      feed.map((_, index) => index + 1),
    );
    const ahead = await desk.GET("/v1/events", { params: { query: { after: feed.length + 1 } } });
    assert.deepEqual([ahead.response.status, ahead.error?.code], [410, "position_unknown"]);
  });
});
