// A refused call in an old charset, from which a key of ours was taken before it was kept, has its letters still when it is run again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { envelope } from "../helpers/soap-message.ts";
import { type Json, type RestTest, startRest } from "../wire/rest/client.ts";

const contracts = contractsWithHttp();
let app: RestTest;
before(async () => {
  app = await startRest({ env: { CROSSDESK_CONTRACTS: contracts.folder } });
});
after(async () => {
  await app.close();
  contracts.remove();
});

const SAID = "Tür geöffnet, cdk_acme_0123456789abcdef steht im Log.";
const KEPT = "Tür geöffnet, cdk_*** steht im Log.";

/** Sends a call about a task that is not there, and runs it on one that is. Gives the text that arrived. */
async function runLater(path: string, contentType: string, body: Buffer): Promise<string> {
  const { user, password } = app.basic.acme;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const headers = { authorization, "content-type": contentType };
  const sent = await fetch(app.url + path, { method: "POST", headers, body: new Uint8Array(body) });
  assert.equal(sent.status, 500);
  await app.app.recorder.settled();
  const { json } = await app.get("/v1/messages?kind=refused", app.keys.admin);
  const task = await app.createTask();
  const run = await app.post(`/v1/messages/${json.messages[0].id}/runs`, app.keys.admin, { task });
  assert.equal(run.json.outcome, "done", JSON.stringify(run.json));
  const { json: after } = await app.get(`/v1/tasks/${task}/events`, app.keys.ticketing);
  return after.events.flatMap((one: Json) => one.data.message?.text ?? []).at(-1);
}

test("an envelope in ISO-8859-1", async () => {
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>${envelope({ fields: { taskId: "NONE-1", message: SAID } })}`;
  assert.equal(await runLater(SERVICE_PATH, "text/xml; charset=iso-8859-1", Buffer.from(body, "latin1")), KEPT);
});

test("a form in ISO-8859-1, with letters as they are and escaped", async () => {
  const body = `taskId=NONE-2&externalReference=&message=${SAID.replaceAll(" ", "+").replace("ö", "%F6")}`;
  const path = `${SERVICE_PATH}/ProcessInstanceTaskExternalUpdateMessage`;
  assert.equal(await runLater(path, "application/x-www-form-urlencoded; charset=iso-8859-1", Buffer.from(body, "latin1")), KEPT);
});
