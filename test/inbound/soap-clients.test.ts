// Real SOAP clients of other makers against the gateway, through the WSDL it serves: every operation, a repeat, a refusal, wrong
// credentials. Their requests are also kept as wire cases (record.ts), so that they are played where a stack is missing.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { lacking } from "../helpers/packages.ts";
import { runStack, type Seen, STACKS } from "../helpers/soap-clients/stacks.ts";

suite("SOAP clients of other makers", () => {
  let app: TestApp;
  let folder = "";
  let ahead = 0;
  const contracts = contractsWithHttp();
  before(async () => {
    app = await startApp({ clock: () => Date.now() + ahead, env: { CROSSDESK_CONTRACTS: contracts.folder } });
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-clients-"));
  });
  after(async () => {
    await app.close();
    contracts.remove();
    await rm(folder, { recursive: true, force: true });
  });

  async function checkEvents(task: string, seen: Seen): Promise<void> {
    const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
    const incoming = page?.items.filter((event) => event.direction === "In") ?? [];
    assert.deepEqual(
      incoming.map((event) => event.id),
      [seen.acknowledgement, seen.update, seen.reassignment],
      "three events, and their ids are what the client got",
    );
    assert.equal(seen.repeated, seen.acknowledgement, "the same call again gives the same answer");
    const [acknowledged, updated, solved] = incoming;
    assert.deepEqual(acknowledged?.message?.text, "On our way <soon> & safe");
    assert.equal(acknowledged?.task?.reference, "INC-Ä1");
    assert.deepEqual(updated?.message?.text, "Line 1\nLine 2 😀");
    assert.equal(solved?.type, "task.solved");
    assert.equal(solved?.task?.solution, "Fuse replaced");
    assert.equal(solved?.task?.resolvedAt, Date.parse("2026-07-01T10:00:00Z"));
  }

  /** Over GET and POST a refusal is a status and a line of text. */
  function checkFault({ fault }: Seen, way: string): void {
    const isPlain = way === "GET" || way === "POST";
    assert.match(fault.code, isPlain ? /^500$/ : way === "1.2" ? /Receiver$/ : /Server$/);
    const before = isPlain ? "" : "Server was unable to process request. ---> ";
    assert.equal(fault.text, `${before}No task of yours has this number, process id or reference.`);
  }

  for (const stack of STACKS) {
    for (const way of stack.ways) {
      test(`${stack.name}, ${way}`, { skip: stack.needs !== null && lacking(stack.needs) }, async () => {
        // Every client comes once with wrong credentials, all from one address, which is let in again after a minute.
        ahead += 61_000;
        const task = await app.createTask();
        const own = await mkdtemp(path.join(folder, `${stack.short}-`));
        const ground = { folder: own, wsdl: `${app.url}${SERVICE_PATH}?wsdl` };
        const seen = await runStack(stack, way, ground, { ...app.basic.acme, task });
        await checkEvents(task, seen);
        checkFault(seen, way);
        assert.match(seen.denied, /401|unauthori[sz]ed|no valid credentials/i);
      });
    }
  }
});
