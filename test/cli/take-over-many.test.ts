// Ten thousand open tasks taken over twice, straight into a stopped database: the same state once, in bounded memory.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { commandLine, finish, startCrossdesk } from "../helpers/cli.ts";
import { connect } from "../helpers/store.ts";

const TASKS = 10_000;
let folder: string;
let file: string;
let env: Record<string, string>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-many-"));
  file = join(folder, "open.ndjson");
  env = { DATABASE_URL: `sqlite:${join(folder, "crossdesk.db")}`, CROSSDESK_SECRET_KEY: Buffer.alloc(32, 7).toString("base64") };
  const site = {
    providers: [{ name: "acme" }],
    groups: [{ name: "desk" }, { name: "acme-field", provider: "acme", returnGroup: "desk" }],
  };
  const lines: object[] = [{ kind: "site", site }];
  for (let number = 1; number <= TASKS; number += 1) {
    const ticket = `T-${Math.ceil(number / 10)}`;
    if (number % 10 === 1) lines.push({ kind: "ticket", number: ticket, subject: "A ticket" });
    const history = [
      { type: "task.message", at: "2026-01-01T00:00:00Z", direction: "In", provider: "acme", text: `Message ${number}` },
    ];
    const references = [{ provider: "acme", reference: `A-${number}` }];
    lines.push({
      kind: "task",
      number: `K-${number}`,
      ticket,
      status: "acknowledged",
      group: "acme-field",
      subject: "A task",
      references,
      history,
    });
  }
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
});
after(() => rm(folder, { recursive: true, force: true }));

test("10,000 open tasks imported twice, the first time stopped in the middle, are there once", async () => {
  const program = startCrossdesk(["import", file, "--with-site", "--json"], env);
  let printed = "";
  program.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk;
    if (printed.includes('"number":"K-1000"')) program.kill("SIGINT");
  });
  const stopped = await finish(program);
  assert.equal(stopped.code, 130, stopped.err);
  const from = /--from (\d+) goes on/.exec(stopped.err)?.[1] ?? "";
  const rest = await commandLine(["import", file, "--from", from], { env });
  assert.equal(rest.code, 0, rest.out);
  const again = await commandLine(["import", file, "--with-site"], { env });
  assert.match(again.err, /^0 imported, 11000 unchanged, 0 refused\.$/m);
  const db = await connect(env["DATABASE_URL"] ?? "");
  const [counts] = await db.rows<Record<string, number>>(
    `select (select count(*) from tasks where status = 'acknowledged' and provider = 'acme') as tasks, (select count(*) from tickets) as tickets,
     (select count(*) from task_references) as refs, (select count(*) from events where type = 'task.message') as messages`,
  );
  await db.close();
  assert.deepEqual(counts, { tasks: TASKS, tickets: TASKS / 10, refs: TASKS, messages: TASKS });
});
