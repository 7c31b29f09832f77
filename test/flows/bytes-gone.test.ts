// What was accepted is shown as long as its event is there: without the answer, when the bytes it would be written from were kept long
// enough and are gone.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { connect } from "../helpers/store.ts";
import { tellByRest, tellBySoap } from "../helpers/story.ts";
import { type Json, startRest } from "../wire/rest/client.ts";

test("accepted calls by REST and SOAP whose bytes are gone are shown without their answers", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-gone-"));
  const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
  const app = await startRest({ databaseUrl });
  t.after(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  const task = await app.createTask();
  const line = { url: app.url, key: app.keys.acme };
  for (const tell of [tellByRest, tellBySoap])
    assert.equal((await tell(line, { type: "update_message", task, message: `By ${tell.name}.` })).code, "done");
  const shown = async (): Promise<Json[]> => {
    const { messages } = (await app.get(`/v1/messages?q=${task}`, app.keys.admin)).json;
    const sent = messages.filter((one: Json) => one.caller?.kind === "provider");
    return Promise.all(sent.map(async ({ id }: Json) => (await app.get(`/v1/messages/${id}`, app.keys.admin)).json));
  };
  const whole = await shown();
  assert.deepEqual(
    whole.map(({ message, answer }) => [message.raw, answer.status]),
    whole.map(({ message }) => ["whole", message.channel === "rest" ? 201 : 200]),
  );
  const db = await connect(databaseUrl);
  await db.rows("delete from raw_messages");
  await db.close();
  assert.equal(whole.length, 2);
  assert.deepEqual(
    (await shown()).map(({ message, answer }) => [message.id, message.raw, answer]),
    whole.map(({ message }) => [message.id, "none", null]),
  );
});
