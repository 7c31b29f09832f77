// Files over SOAP, the operation switched on in a copy of the default contract: sent by clients of other makers, read back over REST,
// told in the feed; and of what is refused nothing stays.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { startApp, type TestApp } from "../helpers/app.ts";
import { contractsWithFiles } from "../helpers/http-contracts.ts";
import { lacking } from "../helpers/packages.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { type Answered, type Message, messageId, send, tokenHeader } from "../helpers/soap-message.ts";
import { ROOT } from "../helpers/sources.ts";

const run = promisify(execFile);
const OPERATION = "ProcessInstanceTaskExternalAttachment";
const MIB = 1024 * 1024;
const TOKEN = { user: "acme-wss", password: "a password of acme", digest: true };

const CLIENTS = [
  { name: "PHP SoapClient", needs: "php", program: "php", file: "attach.php" },
  { name: "Python zeep", needs: "zeep", program: "/usr/bin/python3", file: "attach.py" },
] as const;

/** What is kept: files by state, and their pieces. */
interface Kept {
  kept: number;
  others: number;
  pieces: number;
}

suite("files over SOAP", () => {
  let folder = "";
  let app: TestApp;
  const contracts = contractsWithFiles();
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-files-"));
    app = await startApp({
      databaseUrl: `sqlite:${path.join(folder, "crossdesk.db")}`,
      env: { CROSSDESK_CONTRACTS: contracts.folder, CROSSDESK_ATTACHMENT_BYTES: String(MIB) },
      site: { credentials: [{ id: "acme-wss", provider: "acme", usernameToken: TOKEN }] },
    });
  });
  after(async () => {
    await app.close();
    contracts.remove();
    await rm(folder, { recursive: true, force: true });
  });

  function kept(): Kept {
    const database = new Database(path.join(folder, "crossdesk.db"), { readonly: true });
    const one = (sql: string): number => database.prepare<[], number>(sql).pluck().get() ?? -1;
    const found = {
      kept: one("select count(*) from attachments where state = 'kept'"),
      others: one("select count(*) from attachments where state <> 'kept'"),
      pieces: one("select count(*) from attachment_pieces"),
    };
    database.close();
    return found;
  }

  const attach = (fields: Record<string, string>, more: Partial<Message> = {}): Promise<Answered> =>
    send(app.url, { operation: "Attachment", fields, ...more }, more.headers?.includes(":Security") ? {} : KEY());
  const KEY = () => ({ "X-Api-Key": app.keys.acme });
  const file = (task: string, bytes: Buffer, name = "a.bin"): Record<string, string> => ({
    ...{ taskId: task, fileName: name, contentType: "text/plain", content: bytes.toString("base64") },
  });

  /** The events of the feed about a file on a task, and each file's bytes as REST gives them. */
  async function filesOf(task: string) {
    const headers = { "X-Api-Key": app.keys.ticketing };
    const feed = (await (await fetch(`${app.url}/v1/events?limit=500`, { headers })).json()) as { events: FeedEvent[] };
    const events = feed.events.filter(({ subject, type }) => subject === task && type.endsWith("task.attachment"));
    const read = async (id: string) =>
      Buffer.from(await (await fetch(`${app.url}/v1/attachments/${id}`, { headers })).arrayBuffer());
    return Promise.all(events.map(async ({ id, data }) => ({ id, data, bytes: await read(data.attachment.id) })));
  }

  for (const { name, needs, program, file: script } of CLIENTS)
    for (const version of ["1.1", "1.2"])
      test(`${name}, SOAP ${version}: a file of 1 MiB comes back byte for byte`, { skip: lacking(needs) }, async () => {
        const bytes = randomBytes(MIB);
        const place = path.join(folder, `${needs}-${version}.bin`);
        await writeFile(place, bytes);
        const task = await app.createTask();
        const before = kept();
        const { user, password } = app.basic.acme;
        const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/_proxy$/i.test(key)));
        const client = path.join(ROOT, "test/helpers/soap-clients", script);
        const args = [client, `${app.url}${SERVICE_PATH}?wsdl`, user, password, task, place, version];
        const ids = JSON.parse((await run(program, args, { env, timeout: 60_000 })).stdout) as string[];
        const [one, ...more] = await filesOf(task);
        assert.deepEqual([ids, more], [[one?.id, one?.id], []], "the second time it is the same message");
        assert.ok(one);
        assert.ok(one.bytes.equals(bytes));
        assert.partialDeepStrictEqual(one.data, {
          channel: "soap",
          direction: "In",
          attachment: { name: "Prüfung 1.bin", contentType: "application/x-check", size: MIB },
        });
        assert.deepEqual(kept(), { kept: before.kept + 1, others: 0, pieces: before.pieces + 4 }, "one file is kept");
      });

  test("the WSDL has the operation where it is offered, and nowhere else", async () => {
    const wsdl = async (url: string) => (await fetch(`${url}${SERVICE_PATH}?wsdl`)).text();
    assert.ok((await wsdl(app.url)).includes(OPERATION));
    const usual = await startApp();
    try {
      assert.ok(!(await wsdl(usual.url)).includes("Attachment"));
      const fields = file("T", Buffer.from("x"));
      const answer = await send(usual.url, { operation: "Attachment", fields }, { "X-Api-Key": usual.keys.acme });
      assert.match(answer.fault ?? "", /did not recognize the value of HTTP Header SOAPAction/);
    } finally {
      await usual.close();
    }
  });

  test("what is refused leaves nothing behind", async () => {
    const [task, foreign] = [await app.createTask(), await app.createTask({ group: "globex-net" })];
    const before = kept();
    const small = Buffer.from("small");
    const { content, ...without } = file(task, small);
    const refusals: readonly (readonly [Record<string, string>, string, RegExp])[] = [
      [file(foreign, small), "unknown_task", /No task of yours/],
      [file(foreign, randomBytes(MIB)), "unknown_task", /No task of yours/],
      [file("NO-SUCH-TASK", small), "unknown_task", /No task of yours/],
      [without, "invalid_request", /There is no content to attach\.$/],
      [{ ...without, content: "%%%" }, "invalid_request", /is not a valid Base64 text sequence\.$/],
      [{ ...without, content: `${content}=` }, "invalid_request", /is not a valid Base64 text sequence\.$/],
      [file(task, randomBytes(MIB + 1)), "too_large", /A file has at most 1048576 bytes\.$/],
      [file(task, randomBytes(2 * MIB)), "too_large", /A file has at most 1048576 bytes\.$/],
      [file(task, randomBytes(4 * MIB)), "too_large", /Maximum request length exceeded\.$/],
    ];
    for (const [fields, code, says] of refusals) {
      const answer = await attach(fields);
      assert.deepEqual([answer.status, answer.code], [500, code], answer.body);
      assert.match(answer.fault ?? "", says);
      assert.ok(answer.body.length < 2000, "the answer does not grow with the file");
    }
    assert.deepEqual(await filesOf(task), []);
    assert.deepEqual(kept(), before);
  });

  test("a file without name and type has plain ones, and one may be empty as over REST", async () => {
    const task = await app.createTask();
    assert.equal((await attach({ taskId: task, content: "" })).status, 200);
    const [one] = await filesOf(task);
    assert.partialDeepStrictEqual(one?.data.attachment, { name: "file", contentType: "application/octet-stream", size: 0 });
  });

  test("the same bytes by tokens, by a message id, or at once are one event and one file", async () => {
    const bytes = randomBytes(1000);
    const ways: readonly (() => string)[] = [() => tokenHeader(TOKEN), () => messageId("urn:x:1"), () => ""];
    for (const [index, headers] of ways.entries()) {
      const task = await app.createTask();
      const before = kept();
      const give = () => attach(file(task, bytes), { headers: headers() });
      const answers = [...(await Promise.all([give(), give(), give()])), await give()];
      assert.equal(new Set(answers.map(({ event }) => event)).size, 1, `${index}: ${answers[0]?.body}`);
      assert.equal((await filesOf(task)).length, 1);
      assert.deepEqual(kept(), { kept: before.kept + 1, others: 0, pieces: before.pieces + 1 });
      assert.equal((await attach(file(task, bytes, "b.bin"), { headers: index === 1 ? "" : headers() })).status, 200);
      assert.equal((await filesOf(task)).length, 2, "another name is another message");
    }
  });
});

interface FeedEvent {
  id: string;
  type: string;
  subject: string;
  data: { attachment: { id: string } & Record<string, unknown> } & Record<string, unknown>;
}
