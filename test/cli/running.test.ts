// Commands beside a running gateway: what the doctor says, the feed followed through a restart, the sheet whose calls work.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createPort } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { startApp, type TestApp } from "../helpers/app.ts";
import { commandLine } from "../helpers/cli.ts";

const run = promisify(execFile);
const SECRET = Buffer.alloc(32, 7).toString("base64");

let app: TestApp;
let folder: string;
let env: Record<string, string>;
/** A port of this machine on which nothing listens. */
let silent: number;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-running-"));
  const databaseUrl = `sqlite:${join(folder, "crossdesk.db")}`;
  const held = createPort().listen(0, "127.0.0.1");
  await new Promise((resolve) => held.once("listening", resolve));
  silent = (held.address() as AddressInfo).port;
  await new Promise((resolve) => held.close(resolve));
  const box = {
    name: "desk",
    host: "127.0.0.1",
    port: silent,
    security: "none",
    user: "desk@desk.example",
    password: "x",
    trust: "sender",
  };
  const systems = [
    {
      name: "acme-desk",
      provider: "acme",
      groups: ["acme-field"],
      apis: { hook: { kind: "rest", url: `http://127.0.0.1:${silent}/` } },
    },
  ];
  app = await startApp({ databaseUrl, site: { mailboxes: [box], systems } as never });
  env = { DATABASE_URL: databaseUrl, CROSSDESK_SECRET_KEY: SECRET, CROSSDESK_URL: app.url, CROSSDESK_API_KEY: app.keys.admin };
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

suite("crossdesk doctor", () => {
  const findings = async (more: Record<string, string>, ...args: string[]) => {
    const { code, out } = await commandLine(["doctor", "--json", ...args], { env: { ...env, ...more } });
    return {
      code,
      found: out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { check: string; state: string; says: string }),
    };
  };

  test("finds what is well beside the running gateway, and the mailbox and System that cannot be reached", async () => {
    const { code, found } = await findings({}, "--call");
    assert.equal(code, 1);
    assert.deepEqual(
      found.filter(({ state }) => state === "wrong").map(({ check }) => check),
      ["mailbox", "system"],
    );
    const said = (check: string): string =>
      found
        .filter((one) => one.check === check)
        .map(({ state, says }) => `${state} ${says}`)
        .join("\n");
    assert.match(said("migrations"), /^ok/);
    assert.match(said("secret key"), /^ok .*opens what is sealed/);
    assert.match(said("clocks"), /^ok/);
    assert.match(said("SOAP contract"), /^ok .*WorkflowService.asmx/);
    assert.match(said("mailbox"), /ECONNREFUSED|connect/);
  });

  test("tells of another secret key, of an open proxy, of a database that is not there", async () => {
    const key = await findings({ CROSSDESK_SECRET_KEY: Buffer.alloc(32, 8).toString("base64") });
    assert.match(key.found.find(({ check }) => check === "secret key")?.says ?? "", /another CROSSDESK_SECRET_KEY/);
    assert.equal(key.code, 1);
    const proxy = await findings({ CROSSDESK_PUBLIC_URL: "https://desk.example" });
    assert.match(proxy.found.find(({ check }) => check === "addresses")?.says ?? "", /CROSSDESK_TRUSTED_PROXIES/);
    const none = await findings({ DATABASE_URL: `sqlite:${join(folder, "none.db")}` });
    assert.match(none.found.find(({ check }) => check === "database")?.says ?? "", /There is no file/);
    const settings = await findings({ PORT: "many" });
    assert.match(settings.found[0]?.says ?? "", /PORT takes a whole number/);
  });
});

suite("crossdesk events", () => {
  test("prints what there is, filtered, and ends", async () => {
    await app.createTask({ number: "E-1" });
    await app.createTask({ number: "E-2", group: "globex-net" });
    const { code, out } = await commandLine(["events", "--json", "--provider", "globex"], { env });
    assert.equal(code, 0);
    const printed = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      printed.map(({ subject, type }) => `${subject} ${type}`),
      ["E-2 crossdesk.task.assigned"],
    );
  });

  test("are followed through a connection that breaks, each once", async () => {
    let broken = 0;
    // Between the tail and the gateway: every second answer breaks off.
    const between = createServer(async (request, response) => {
      if (++broken % 2 === 0) return void request.socket.destroy();
      const answer = await fetch(new URL(request.url ?? "/", app.url), { headers: { "x-api-key": app.keys.admin } });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => between.once("listening", resolve));
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    const { head } = await app.views.events(0, 1);
    const tail = commandLine(["events", "tail", "--json", "--after", String(head), "--limit", "6", "--url", url], { env });
    await app.createTask({ number: "E-3" });
    await app.createTask({ number: "E-4" });
    const { code, out, err } = await tail;
    between.close();
    assert.equal(code, 0, err);
    const positions = out
      .trim()
      .split("\n")
      .map((line) => Number(JSON.parse(line).sequence));
    assert.deepEqual(
      positions,
      [1, 2, 3, 4, 5, 6].map((step) => head + step),
    );
    assert.match(err, /Trying again/);
  });

  test("end cleanly when told to stop", async () => {
    const stop = new AbortController();
    const tail = commandLine(["events", "tail"], { env, signal: stop.signal });
    stop.abort();
    assert.equal((await tail).code, 130);
  });
});

suite("crossdesk handover", () => {
  test("prints calls that work when they are pasted, and no secret", async () => {
    const task = await app.createTask({ number: "H-1" });
    const { code, out } = await commandLine(["handover", "acme", "--address", app.url], { env });
    assert.equal(code, 0);
    for (const shown of [
      task,
      "acme-field",
      `${app.url}/Workflow/Webservice/WorkflowService.asmx?WSDL`,
      "acme-desk hook: rest",
      "noc@acme.example",
      "[[Solution]]: What was done",
    ])
      assert.ok(out.includes(shown), shown);
    for (const secret of [app.keys.acme, app.keys.globex, "correct horse"]) assert.ok(!out.includes(secret));
    const blocks = [...out.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
    assert.equal(blocks.length, 7);
    const file = join(folder, "calls.sh");
    const answers: string[] = [];
    for (const block of blocks) {
      await writeFile(file, `${block.replaceAll("curl -sS", "curl -sS -w '\\n%{http_code}'")}\n`);
      await chmod(file, 0o700);
      const { stdout } = await run("/bin/sh", [file], { env: { PATH: process.env["PATH"], CROSSDESK_KEY: app.keys.acme } });
      answers.push(stdout.trim().split("\n").at(-1) ?? "");
    }
    assert.deepEqual(answers, ["200", "200", "200", "200", "201", "201", "201"]);
    const solved = await app.views.task(task, { kind: "desk" });
    assert.deepEqual([solved?.status, solved?.reference, solved?.solution], ["solved", "YOUR-1", "What was done"]);
  });

  test("names the providers there are when there is none of this name", async () => {
    const { code, err } = await commandLine(["handover", "nobody"], { env });
    assert.equal(code, 1);
    assert.match(err, /There is no provider nobody\. There are: acme, globex\./);
  });
});
