// Real SOAP clients of other makers against the gateway, through the WSDL it serves: every operation, a repeat, a refusal.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { lacking } from "../helpers/packages.ts";

const run = promisify(execFile);

const CLIENTS: readonly { name: string; needs: "php" | "zeep" | null; command: readonly [string, string] }[] = [
  { name: "PHP SoapClient", needs: "php", command: ["php", "client.php"] },
  { name: "Python zeep", needs: "zeep", command: ["/usr/bin/python3", "client.py"] },
  { name: "Node soap", needs: null, command: [process.execPath, "client.ts"] },
];

const FAULT_CODES: Readonly<Record<string, string>> = { "1.1": "Server", "1.2": "Receiver" };

interface Seen {
  acknowledgement: string;
  repeated: string;
  update: string;
  reassignment: string;
  fault: { code: string; text: string };
}

/** The environment without proxies, which these clients would use even for this machine. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
}

suite("SOAP clients of other makers", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  async function runClient([program, file]: readonly [string, string], version: string, task: string): Promise<Seen> {
    const { user, password } = app.basic.acme;
    const script = fileURLToPath(new URL(`../helpers/soap-clients/${file}`, import.meta.url));
    const args = [script, `${app.url}${SERVICE_PATH}?wsdl`, user, password, task, version];
    const { stdout } = await run(program, args, { env: environment(), timeout: 60_000 });
    return JSON.parse(stdout);
  }

  for (const { name, needs, command } of CLIENTS) {
    for (const version of ["1.1", "1.2"]) {
      test(`${name} over SOAP ${version}`, { skip: needs !== null && lacking(needs) }, async () => {
        const task = await app.createTask();
        const seen = await runClient(command, version, task);
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
        assert.ok(seen.fault.code.endsWith(FAULT_CODES[version] ?? "?"), seen.fault.code);
        assert.equal(
          seen.fault.text,
          "Server was unable to process request. ---> No task of yours has this number, process id or reference.",
        );
      });
    }
  }
});
