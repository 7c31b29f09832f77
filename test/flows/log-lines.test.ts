// One message leaves one line in the log, whichever way it came: with all that is needed to find it again, and nothing that is nobody's
// business. And the log is never a reason to stand still.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "../helpers/app.ts";
import { startPartner } from "../helpers/partner.ts";
import { startProcess, writeSite } from "../helpers/process.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { SOAP_PATH, mailBytes, restRequest, soapRequest } from "../helpers/story.ts";

type Line = Record<string, unknown>;

const AGENT = "partner-desk/7.1";
const TEXT = "a text for the task alone";
const COMMON = ["time", "level", "event", "requestId", "address", "channel", "operation", "status", "outcome", "bytes", "ms"];
const KNOWN = [...COMMON, "caller", "provider", "credential"];

test("each message has one line with all its ids", async (t) => {
  const partner = await startPartner();
  t.after(() => partner.close());
  const lines: Line[] = [];
  let heard = (): void => undefined;
  const app = await startApp({
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    site: {
      mailboxes: [{ name: "desk", trust: { kind: "sender" } }],
      systems: [
        {
          name: "acme-api",
          provider: "acme",
          groups: ["acme-field"],
          secrets: { password: "sesame-open" },
          apis: { hook: { kind: "rest", url: partner.url, auth: { kind: "basic", user: "desk", password: "password" } } },
        },
      ],
      mappings: [{ name: "acme-new", system: "acme-api", body: "task" }],
    },
    onLog(line) {
      lines.push(line);
      heard();
    },
  });
  t.after(() => app.close());
  const until = async (find: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const next = new Promise<void>((resolve) => (heard = resolve));
      const found = lines.find(find);
      if (found) return found;
      await next;
    }
  };
  const task = await app.createTask();
  const command = { type: "update_message", task, message: TEXT } as const;
  const send = async (
    where: string,
    id: string,
    init: { method?: string; headers?: object; body?: string | Uint8Array<ArrayBuffer> },
  ) => {
    const headers = { "x-request-id": id, "user-agent": AGENT, ...init.headers } as Record<string, string>;
    await (await fetch(app.url + where, { method: "POST", ...init, headers })).text();
    return until((line) => line["requestId"] === id);
  };
  const json = { "content-type": "application/json", "x-api-key": app.keys.acme };
  const { path: messages, body } = restRequest(command);
  const raw = new Uint8Array(mailBytes(command, "noc@acme.example", "m1@acme.example"));
  const admin = { "x-api-key": app.keys.admin };

  const http = [...KNOWN, "bytesOut", "agent"];
  const stored = ["task", "eventId", "queueMs"];
  const cases: [string, Promise<Line>, readonly string[]][] = [
    ["soap", send(SOAP_PATH, "r-soap", soapRequest(command, app.keys.acme)), [...http, ...stored]],
    ["rest", send(messages, "r-rest", { headers: json, body: JSON.stringify(body) }), [...http, ...stored]],
    ["read", send(`/v1/tasks/${task}`, "r-read", { method: "GET", headers: json }), [...http, "task"]],
    ["refused", send("/v1/tasks/NONE/messages", "r-refused", { headers: json, body: JSON.stringify(body) }), http],
    [
      "stranger",
      send(messages, "r-stranger", { headers: { "x-api-key": "cdk_guess" }, body: "{}" }),
      [...COMMON, "bytesOut", "agent"],
    ],
    ["page", send("/", "r-page", { method: "GET" }), [...COMMON, "bytesOut", "agent"]],
    [
      "mail",
      send("/v1/mailboxes/desk/mails", "r-mail", { headers: { ...admin, "content-type": "message/rfc822" }, body: raw }),
      [...KNOWN, ...stored],
    ],
  ];
  for (const [name, line, keys] of cases) assert.deepEqual(Object.keys(await line).toSorted(), keys.toSorted(), name);
  for (const id of ["r-soap", "r-rest", "r-read", "r-refused", "r-stranger", "r-page"])
    assert.equal(lines.filter((line) => line["requestId"] === id).length, 1, id);
  // A mail handed over by HTTP is two messages under one id: the call, and the mail in it.
  const both = await Promise.all([
    until((line) => line["operation"] === "receiveMail"),
    until((line) => line["channel"] === "email"),
  ]);
  assert.deepEqual(
    both.map((line) => line["requestId"]),
    ["r-mail", "r-mail"],
  );
  const tried = await until((line) => line["event"] === "delivery.tried");
  const ofTry = [
    "time",
    "level",
    "event",
    "delivery",
    "system",
    "provider",
    "mapping",
    "task",
    "eventId",
    "try",
    "state",
    "code",
    "ms",
  ];
  assert.deepEqual(Object.keys(tried).toSorted(), ofTry.toSorted());
  const all = JSON.stringify(lines);
  for (const secret of [TEXT, "sesame-open", "correct horse", "cdk_guess", ...Object.values(app.keys)])
    assert.ok(!all.includes(secret), `${secret.slice(0, 8)}… is in no line`);
});

test("a gateway whose log nobody reads any more goes on, and says how many lines were lost", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-log-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const site = await writeSite();
  t.after(() => site.remove());
  const gateway = await startProcess({
    databaseUrl: `sqlite:${path.join(folder, "crossdesk.db")}`,
    site,
    // It reads until the first line that is answered, and is gone.
    startedBy: ["bash", "-c", 'exec "$@" > >(sed --unbuffered /message.answered/q)', "bash"],
  });
  t.after(() => gateway.kill());
  const metric = async (): Promise<number> => {
    const answer = await fetch(`${gateway.url}/metrics`, { headers: { "x-api-key": site.keys.admin } });
    return Number(/^crossdesk_log_lines_lost_total (\d+)$/m.exec(await answer.text())?.[1]);
  };
  while (!((await metric()) > 3)) assert.equal((await fetch(`${gateway.url}/v1/tasks`)).status, 401);
  assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
});
