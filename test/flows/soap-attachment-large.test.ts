// Files of 20 MiB over SOAP, to a gateway whose contract takes requests of 32 MiB: they come back byte for byte, and what the process
// needs for them does not grow with their number.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { contractsWithFiles } from "../helpers/http-contracts.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { type Message, send, tokenHeader } from "../helpers/soap-message.ts";

const MIB = 1024 * 1024;
const FILE = 20 * MIB;
const REQUEST = 32 * MIB;
/** Of the process with three requests at once: of each its bytes, the text made of them and the value in it, and what is not yet
 * collected. */
const MOST_MEMORY = 45 * FILE;
const TOKEN = { user: "acme-wss", password: "a password of acme", digest: true };

interface Scene {
  gateway: GatewayProcess;
  site: KnownSite;
}

async function scene(t: TestContext): Promise<Scene> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-large-"));
  const contracts = contractsWithFiles({ maxRequestBytes: REQUEST });
  const site = await writeSite();
  const token = { id: "acme-wss", provider: "acme", usernameToken: TOKEN };
  await site.write({ ...site.document, credentials: [...(site.document.credentials ?? []), token] });
  const env = { CROSSDESK_CONTRACTS: contracts.folder, CROSSDESK_ATTACHMENT_BYTES: String(FILE) };
  const gateway = await startProcess({ databaseUrl: `sqlite:${path.join(folder, "crossdesk.db")}`, site, env });
  t.after(async () => {
    await gateway.kill();
    contracts.remove();
    await site.remove();
    await rm(folder, { recursive: true, force: true });
  });
  return { gateway, site };
}

async function desk<T>({ gateway, site }: Scene, target: string, body?: object): Promise<T> {
  const headers = { "X-Api-Key": site.keys.ticketing, "Content-Type": "application/json" };
  const answer = await fetch(gateway.url + target, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  assert.ok(answer.ok, `${target}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function newTask(one: Scene): Promise<string> {
  type Numbered = { number: string };
  const { ticket } = await desk<{ ticket: Numbered }>(one, "/v1/tickets", { subject: "A ticket" });
  const place = `/v1/tickets/${ticket.number}/tasks`;
  const { task } = await desk<{ task: Numbered }>(one, place, { group: "acme-field", subject: "A task" });
  return task.number;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("files of 20 MiB, one after the other and at once, by key and by token", async (t) => {
  const one = await scene(t);
  const { gateway, site } = one;
  const give = (fields: Message["fields"], headers = "") =>
    send(gateway.url, { operation: "Attachment", fields, headers }, headers === "" ? { "X-Api-Key": site.keys.acme } : {});
  const task = await newTask(one);
  const sums: string[] = [];
  const file = (): Message["fields"] => {
    const bytes = randomBytes(FILE);
    sums.push(sha256(bytes));
    return { taskId: task, fileName: "large.bin", content: bytes.toString("base64") };
  };
  const peaks: number[] = [];
  for (const headers of ["", "token", "", "token"]) {
    const answer = await give(file(), headers && tokenHeader(TOKEN));
    assert.equal(answer.status, 200, answer.body);
    peaks.push(gateway.memory().most);
  }
  t.diagnostic(`memory at most, in MiB: ${peaks.map((bytes) => Math.round(bytes / MIB)).join(", ")}`);
  const many = await Promise.all([give(file()), give(file(), tokenHeader(TOKEN)), give(file())]);
  for (const answer of many) assert.ok(answer.status === 200 || answer.code === "busy", answer.body);
  const { most } = gateway.memory();
  t.diagnostic(`and three at once: ${Math.round(most / MIB)}`);
  assert.ok(most < MOST_MEMORY, `${most} bytes`);
  const tooLarge = await give({ taskId: task, content: randomBytes(FILE + 1).toString("base64") });
  assert.equal(tooLarge.code, "too_large");
  const over = await give({ taskId: task, content: Buffer.alloc(REQUEST, "A").toString() });
  assert.match(over.fault ?? "", /Maximum request length exceeded/);
  const { attachments } = await desk<{ attachments: { id: string; sha256: string; href: string }[] }>(
    one,
    `/v1/tasks/${task}/attachments`,
  );
  assert.equal(attachments.length, 4 + many.filter(({ status }) => status === 200).length);
  for (const { id, sha256: sum } of attachments) {
    const answer = await fetch(`${gateway.url}/v1/attachments/${id}`, { headers: { "X-Api-Key": site.keys.acme } });
    assert.equal(sha256(new Uint8Array(await answer.arrayBuffer())), sum);
    assert.ok(sums.includes(sum));
  }
});
