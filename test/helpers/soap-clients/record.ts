// Writes the requests of the SOAP stacks on this machine as wire cases: `node test/helpers/soap-clients/record.ts [short names]`.
// The bytes are kept as they were on the wire; credentials, host, task and length become place-holders.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { lacking } from "../packages.ts";
import { SERVICE_PATH } from "../service-path.ts";
import { startApp, type TestApp } from "../app.ts";
import { type Recorded, startRecordingProxy } from "./recording-proxy.ts";
import { runStack, STACKS, type Stack } from "./stacks.ts";

const CASES = fileURLToPath(new URL("../../wire/soap/", import.meta.url));
const PREFIX = "ProcessInstanceTaskExternal";

/** What each operation stores, as the clients call it. */
const KEPT: Readonly<Record<string, Record<string, string>>> = {
  Acknowledgement: { reference: "INC-Ä1", message: "On our way <soon> & safe" },
  UpdateMessage: { message: "Line 1\nLine 2 😀" },
  Reassignment: { solution: "Fuse replaced", resolvedAt: "2026-07-01T10:00:00.000Z" },
};

/** The first request with a call of the operation that was let in. */
function find(requests: readonly Recorded[], operation: string, task: string): Recorded | undefined {
  const isCall = ({ head, body }: Recorded): boolean =>
    /^authorization:/im.test(head) && body.includes(PREFIX + operation) && body.includes(task);
  return requests.find(isCall);
}

function requestText({ head, body, chunk }: Recorded, task: string): string {
  const lines = head
    .replace(/^(host:\s*).*$/im, "$1{{host}}")
    .replace(/^(authorization:\s*).*$/im, "$1{{auth}}")
    .replace(/^(content-length:\s*).*$/im, chunk === null ? "$1{{length}}" : "$&");
  return lines + body.toString("utf8").replaceAll(task, "{{task}}");
}

async function writeCase(stack: Stack, way: string, task: string, requests: readonly Recorded[]): Promise<void> {
  for (const [operation, stored] of Object.entries(KEPT)) {
    const request = find(requests, operation, task);
    if (request === undefined) throw new Error(`${stack.name}, ${way}: no call of ${operation}`);
    const folder = path.join(CASES, `client-${stack.short}-${way}-${operation.toLowerCase()}`);
    const expected = {
      what: `${stack.name}, ${/^1/.test(way) ? `SOAP ${way}` : way}: ${operation} as it was on the wire`,
      status: 200,
      ...(request.chunk === null ? {} : { chunks: request.chunk }),
      version: way === "1.2" ? "1.2" : "1.1",
      success: PREFIX + operation,
      stored,
    };
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "answer.json"), `${JSON.stringify(expected, null, 2)}\n`);
    await writeFile(path.join(folder, "request.http"), requestText(request, task));
  }
}

async function record(app: TestApp, stack: Stack, way: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-record-"));
  const proxy = await startRecordingProxy(app.url);
  const task = await app.createTask();
  try {
    const ground = { folder, wsdl: proxy.url(`${app.url}${SERVICE_PATH}?wsdl`) };
    const seen = await runStack(stack, way, ground, { ...app.basic.acme, task });
    console.log(`${stack.name}, ${way}: ${JSON.stringify(seen)}`);
    await writeCase(stack, way, task, proxy.requests());
  } catch (error) {
    console.error(`${stack.name}, ${way}: ${String(error)}`);
    process.exitCode = 1;
  } finally {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const chosen = process.argv.slice(2);
let ahead = 0;
const app = await startApp({ clock: () => Date.now() + ahead });
for (const stack of STACKS) {
  const skip = stack.needs !== null && lacking(stack.needs);
  if (chosen.length > 0 && !chosen.includes(stack.short)) continue;
  if (skip) console.log(`${stack.name}: ${skip}`);
  for (const way of skip ? [] : stack.ways.filter((one) => one !== "GET" && one !== "POST")) {
    // The wrong credentials of a client would keep the next one out.
    ahead += 61_000;
    await record(app, stack, way);
  }
}
await app.close();
