// UsernameTokens of WS-Security as clients of other makers write them, text and digest, in SOAP 1.1 and 1.2: each is let in with the
// right password and with no other.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { startApp, type TestApp } from "../helpers/app.ts";
import { lacking } from "../helpers/packages.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { TOKEN_CLIENTS, type TokenClient } from "../helpers/soap-clients/token-clients.ts";
import { ROOT } from "../helpers/sources.ts";

const run = promisify(execFile);
const PASSWORD = "Zürich & <Bern> 0815";
const DENIED = "The call carries no valid credentials.";

interface Seen {
  event?: string;
  fault?: string;
}

suite("UsernameTokens of clients of other makers", () => {
  let app: TestApp;
  const log: string[] = [];
  before(async () => {
    const usernameToken = { user: "acme-wss", password: PASSWORD, digest: true };
    app = await startApp({
      site: { credentials: [{ id: "acme-wss", provider: "acme", usernameToken }] },
      onLog: (line) => void log.push(JSON.stringify(line)),
    });
  });
  after(() => app.close());

  /** What a client saw; `how` are user, password, task, version and kind. */
  async function call({ program, file }: TokenClient, how: readonly string[]): Promise<Seen> {
    const script = path.join(ROOT, "test/helpers/soap-clients", file);
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
    const args = [script, `${app.url}${SERVICE_PATH}?wsdl`, ...how];
    return JSON.parse((await run(program, args, { env, timeout: 60_000 })).stdout) as Seen;
  }

  for (const client of TOKEN_CLIENTS)
    for (const version of ["1.1", "1.2"])
      for (const kind of ["text", "digest"])
        test(`${client.name}, SOAP ${version}, ${kind}`, { skip: client.needs !== null && lacking(client.needs) }, async () => {
          const task = await app.createTask();
          const seen = await call(client, ["acme-wss", PASSWORD, task, version, kind]);
          const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
          const event = page?.items.at(-1);
          assert.equal(event?.direction, "In", JSON.stringify(seen));
          assert.equal(seen.event, event.id, JSON.stringify(seen));
          assert.match(event.message?.text ?? "", /^from /);
          const again = await call(client, ["acme-wss", PASSWORD, task, version, kind]);
          assert.equal(again.event, seen.event, "another token, the same message");
        });

  for (const client of TOKEN_CLIENTS)
    test(`${client.name}: a wrong password`, { skip: client.needs !== null && lacking(client.needs) }, async () => {
      const task = await app.createTask();
      for (const kind of ["text", "digest"]) {
        const seen = await call(client, ["acme-wss", "wrong", task, "1.1", kind]);
        assert.ok(seen.fault?.includes(DENIED), JSON.stringify(seen));
      }
    });

  test("nothing that was shown is in the log", () => {
    assert.ok(log.length > 0);
    for (const line of log) assert.doesNotMatch(line, /0815|wrong|Nonce|Envelope/);
  });
});
