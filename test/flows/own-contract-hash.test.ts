// The example contract called by a system that can send no credentials but a hash among its arguments: whose secret fits is let in, and
// nothing of the hash is good for another task.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { startApp, type TestApp } from "../helpers/app.ts";
import { lacking } from "../helpers/packages.ts";
import { ROOT } from "../helpers/sources.ts";

const run = promisify(execFile);
const SECRET = "the secret of acme, old";
const DENIED = "The call carries no valid credentials.";
// As zeep writes it: a hash is over what was sent.
const READY_AT = "2026-07-01T10:00:00+00:00";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

suite("a hash among the arguments of an own contract", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({
      env: { CROSSDESK_CONTRACTS: path.join(ROOT, "examples/contract") },
      site: { credentials: [{ id: "acme-hash", provider: "acme", sharedSecret: SECRET }] },
    });
  });
  after(() => app.close());

  /** What zeep saw with these secrets shown, and no credentials of HTTP. */
  async function call(task: string, other: string, secret: string): Promise<Record<string, string>> {
    const ready = createHmac("sha256", secret).update(`${task}|1|${READY_AT}`).digest("base64");
    const shown = [sha256(task + secret), sha256(task + secret), ready, secret];
    const script = path.join(ROOT, "test/helpers/soap-clients/field_service.py");
    const wsdl = path.join(ROOT, "examples/contract/FieldService.wsdl");
    const args = [script, wsdl, `${app.url}/Field/FieldService.asmx`, "1", "", "", task, other, ...shown];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
    return JSON.parse((await run("/usr/bin/python3", args, { env, timeout: 60_000 })).stdout) as Record<string, string>;
  }

  const incoming = async (task: string) =>
    (await app.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items.filter((event) => event.direction === "In") ?? [];

  test("the right secret lets in, for the task it was made for", { skip: lacking("zeep") }, async () => {
    const [task, other] = [await app.createTask(), await app.createTask()];
    const seen = await call(task, other, SECRET);
    const [confirmed, noted, done, ...more] = await incoming(task);
    assert.deepEqual(
      [seen["confirmed"], seen["noted"], seen["done"], more],
      [`0||${confirmed?.id}`, noted?.id, task, []],
      JSON.stringify(seen),
    );
    assert.equal(done?.task?.resolvedAt, Date.parse(READY_AT));
    assert.equal(seen["returned"], (await incoming(other))[0]?.id);
    // TaskSeen takes no hash; the hash of one task says nothing for another.
    for (const name of ["seen", "refused", "fault", "stranger"])
      assert.ok(seen[name]?.includes(DENIED), `${name}: ${seen[name]}`);
  });

  test("a wrong secret lets in nowhere", { skip: lacking("zeep") }, async () => {
    const [task, other] = [await app.createTask(), await app.createTask()];
    const seen = await call(task, other, "not the secret of anybody");
    for (const [name, text] of Object.entries(seen)) assert.ok(text.includes(DENIED), `${name}: ${text}`);
    assert.deepEqual([await incoming(task), await incoming(other)], [[], []]);
  });
});
