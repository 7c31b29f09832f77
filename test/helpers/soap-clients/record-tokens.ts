// Writes the requests of SOAP stacks with a UsernameToken as wire cases: `node test/helpers/soap-clients/record-tokens.ts`. The bytes are
// kept as they were on the wire; what changes from call to call becomes place-holders.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startApp } from "../app.ts";
import { lacking } from "../packages.ts";
import { SERVICE_PATH } from "../service-path.ts";
import { type Recorded, startRecordingProxy } from "./recording-proxy.ts";
import { TOKEN_CLIENTS, type TokenClient } from "./token-clients.ts";

const run = promisify(execFile);
const CASES = fileURLToPath(new URL("../../wire/soap/", import.meta.url));
const TOKEN = { user: "acme-wss", password: "battery staple", digest: true };
const OPERATION = "ProcessInstanceTaskExternalUpdateMessage";

/** Made anew by each client for each call. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/(<[\w-]+:Username>)[^<]*/, "$1{{user}}"],
  [/(Password [^>]*PasswordText"?[^>]*>)[^<]*/, "$1{{password}}"],
  [/(Password [^>]*PasswordDigest"?[^>]*>)[^<]*/, "$1{{digest}}"],
  [/(<[\w-]+:Nonce[^>]*>)[^<]*/, "$1{{nonce}}"],
  [/(<[\w-]+:Created[^>]*>)[^<]*\+00:00</g, "$1{{createdOffset}}<"],
  [/(<[\w-]+:Created[^>]*>)[^<{]*</g, "$1{{created}}<"],
  [/(<[\w-]+:Expires[^>]*>)[^<]*</g, "$1{{expires}}<"],
];

function requestText({ head, body, chunk }: Recorded, task: string): string {
  if (chunk !== null) throw new Error("a chunked request is not foreseen here");
  const lines = head.replace(/^(host:\s*).*$/im, "$1{{host}}").replace(/^(content-length:\s*).*$/im, "$1{{length}}");
  const text = CHANGING.reduce((made, [what, by]) => made.replace(what, by), body.toString("utf8"));
  // A digest is over the time as it is written.
  const fitting = text.includes("{{createdOffset}}") ? text.replace("{{digest}}", "{{digestOffset}}") : text;
  return lines + fitting.replaceAll(task, "{{task}}");
}

async function record(client: TokenClient, version: string, kind: string): Promise<void> {
  const task = await app.createTask();
  const proxy = await startRecordingProxy(app.url);
  try {
    const wsdl = proxy.url(`${app.url}${SERVICE_PATH}?wsdl`);
    const script = fileURLToPath(new URL(client.file, import.meta.url));
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
    const { stdout } = await run(client.program, [script, wsdl, TOKEN.user, TOKEN.password, task, version, kind], { env });
    const request = proxy.requests().find(({ body }) => body.includes(task));
    if (request === undefined) throw new Error(`${client.name}: no call was seen: ${stdout}`);
    const folder = path.join(CASES, `token-${client.short}-${version}-${kind}`);
    const expected = {
      what: `${client.name}, SOAP ${version}: a UsernameToken (${kind}) as it was on the wire`,
      ...{ status: 200, token: true, version, success: OPERATION },
    };
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "answer.json"), `${JSON.stringify(expected, null, 2)}\n`);
    await writeFile(path.join(folder, "request.http"), requestText(request, task));
  } finally {
    await proxy.close();
  }
}

const app = await startApp({ site: { credentials: [{ id: "acme-wss", provider: "acme", usernameToken: TOKEN }] } });
for (const client of TOKEN_CLIENTS)
  for (const version of ["1.1", "1.2"])
    for (const kind of ["text", "digest"])
      if (client.needs === null || lacking(client.needs) === false) await record(client, version, kind);
await app.close();
