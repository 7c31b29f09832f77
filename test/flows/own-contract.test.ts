// A contract of one's own beside the default one, as shipped in examples/contract: clients are made from the WSDL the gateway serves,
// call every operation, and ticketing reads what became of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { startApp, type TestApp } from "../helpers/app.ts";
import { lacking, program } from "../helpers/packages.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { ROOT } from "../helpers/sources.ts";

const run = promisify(execFile);
const OWN_PATH = "/Field/FieldService.asmx";
const CLIENTS = path.join(ROOT, "test/helpers/soap-clients");
const UNKNOWN = "No task of yours has this number, process id or reference.";

/** What a client saw: a result, or of a fault its code, text and detail. */
type Seen = Record<"confirmed" | "seen" | "noted" | "done" | "returned" | "refused" | "fault" | "stranger", string>;

/** The environment without proxies, which these clients would use even for this machine. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));

async function start(file: string, args: readonly string[], cwd: string): Promise<string> {
  return (await run(file, args, { cwd, env: environment(), timeout: 240_000 })).stdout;
}

suite("a contract of one's own", () => {
  let folder: string;
  let app: TestApp;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-own-"));
    for (const contracts of ["examples/contract", "wsdl"])
      cpSync(path.join(ROOT, contracts), path.join(folder, "contracts"), { recursive: true });
    app = await startApp({ env: { CROSSDESK_CONTRACTS: path.join(folder, "contracts") } });
    // The files of the contract as a developer of the partner saves them.
    cpSync(path.join(ROOT, "examples/contract/types"), path.join(folder, "types"), { recursive: true });
    await writeFile(path.join(folder, "served.wsdl"), await (await fetch(`${app.url}${OWN_PATH}?wsdl`)).text());
  });
  after(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  /** Classes of the WSDL, and a program that uses them. */
  async function makeGsoapClient(): Promise<void> {
    await start(program("wsdl2h"), ["-c++11", "-o", "field.h", "served.wsdl"], folder);
    await start(program("soapcpp2"), ["-j", "-C", "-L", "-x", "-I/usr/share/gsoap/import", "field.h"], folder);
    const sources = [path.join(CLIENTS, "field-service.cpp"), "soapC.cpp", "soapFieldServiceSoapProxy.cpp"];
    await start(program("g++"), ["-std=c++11", "-O0", "-w", "-I.", "-o", "client", ...sources, "-lgsoap++"], folder);
  }

  async function look(command: readonly string[], version: "1" | "2"): Promise<void> {
    const [task, other] = [await app.createTask(), await app.createTask()];
    const { user, password } = app.basic.acme;
    const [file = "", ...before] = command;
    const args = [...before, `${app.url}${OWN_PATH}`, version, user, password, task, other, "", "", "", ""];
    const seen = JSON.parse(await start(file, args, folder)) as Seen;
    await checkEvents(seen, task, other);
    checkRefusals(seen, version === "1" ? ["Client", "Client"] : ["Sender", "Sender"]);
  }

  async function checkEvents(seen: Seen, task: string, other: string): Promise<void> {
    const incoming = async (number: string) =>
      (await app.views.taskEvents(number, 0, 50, { kind: "desk" }))?.items.filter((event) => event.direction === "In") ?? [];
    const [confirmed, opened, noted, done, ...more] = await incoming(task);
    assert.deepEqual(more, []);
    assert.equal(seen.confirmed, `0||${confirmed?.id}`);
    assert.equal(confirmed?.message?.text, "On our way <soon> & safe");
    assert.equal(confirmed?.task?.reference, "F-1");
    assert.equal(seen.seen, "nothing");
    assert.equal(opened?.message?.text, "Seen by the field service.");
    assert.equal(seen.noted, noted?.id);
    assert.equal(noted?.message?.text, "Line 1\nLine 3 Ä");
    assert.equal(seen.done, task);
    assert.equal(done?.type, "task.solved");
    assert.equal(done?.task?.solution, "Fuse replaced");
    assert.equal(done?.task?.resolvedAt, Date.parse("2026-07-01T10:00:00Z"));
    const [returned, ...others] = await incoming(other);
    assert.deepEqual(
      [returned?.id, returned?.type, returned?.reason, others.length],
      [seen.returned, "task.returned", "Wrong address", 0],
    );
  }

  test("gSOAP, classes and client generated from the served WSDL", { skip: lacking("gsoap") }, async () => {
    await makeGsoapClient();
    await look([path.join(folder, "client")], "1");
    await look([path.join(folder, "client")], "2");
  });

  test("zeep, with the types of the served WSDL", { skip: lacking("zeep") }, async () => {
    const script = ["/usr/bin/python3", path.join(CLIENTS, "field_service.py"), path.join(folder, "served.wsdl")];
    await look(script, "1");
    await look(script, "2");
  });

  test("the default contract is served beside it", async () => {
    const served = await (await fetch(`${app.url}${SERVICE_PATH}?wsdl`)).text();
    assert.match(served, /ProcessInstanceTaskExternalAcknowledgement/);
    const page = await (await fetch(`${app.url}/`)).text();
    for (const own of [SERVICE_PATH, OWN_PATH]) assert.ok(page.includes(own), own);
  });
});

/** A refusal in the result, one as a fault that names its code, and a call that shows nothing. */
function checkRefusals({ refused, fault, stranger }: Seen, [code]: readonly string[]): void {
  assert.equal(refused, `unknown_task|${UNKNOWN}|`);
  const [faultCode = "", text, detail = ""] = fault.split("|");
  assert.ok(faultCode.endsWith(`:${code}`), fault);
  assert.equal(text, UNKNOWN);
  assert.ok(detail.includes("unknown_task"), fault);
  assert.ok(stranger.includes("The call carries no valid credentials.") || stranger.includes("401"), stranger);
}
