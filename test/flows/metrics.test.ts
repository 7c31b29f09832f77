// What `/metrics` tells: it can be read by Prometheus, it counts what happened, it is documented name by name, and strangers get nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { readExposition, type ReadFamily, sampleValue } from "../helpers/exposition.ts";
import { startPartner } from "../helpers/partner.ts";
import { ROOT } from "../helpers/sources.ts";
import { mailBytes, postMail, tellByRest, tellBySoap } from "../helpers/story.ts";

const PAGE = readFileSync(path.join(ROOT, "docs/operating.md"), "utf8");

suite("the metrics", () => {
  let app: TestApp;
  let partner: Awaited<ReturnType<typeof startPartner>>;
  let tried = Promise.withResolvers<void>();

  before(async () => {
    partner = await startPartner();
    app = await startApp({
      env: { CROSSDESK_METRICS_LISTEN: "127.0.0.1:0", CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
      site: {
        mailboxes: [{ name: "desk", trust: { kind: "sender" } }],
        systems: [
          { name: "acme-api", provider: "acme", groups: ["acme-field"], apis: { hook: { kind: "rest", url: partner.url } } },
        ],
        mappings: [{ name: "acme-new", system: "acme-api", body: "task" }],
      },
      onLog: ({ event }) => event === "delivery.tried" && tried.resolve(),
    });
  });
  after(async () => {
    await app.close();
    await partner.close();
  });

  const read = (headers: Record<string, string>, url = app.url): Promise<Response> => fetch(`${url}/metrics`, { headers });
  const scrape = async (): Promise<Map<string, ReadFamily>> => {
    const answer = await read({ authorization: `Bearer ${app.keys.admin}` });
    assert.equal(answer.status, 200);
    return readExposition(await answer.text());
  };

  test("strangers, providers and ticketing are refused, an administrator is let in", async () => {
    for (const [key, status] of [
      ["", 401],
      ["wrong", 401],
      [app.keys.acme, 403],
      [app.keys.ticketing, 403],
    ] as const) {
      const answer = await read(key === "" ? {} : { "x-api-key": key });
      assert.equal(answer.status, status);
      assert.doesNotMatch(await answer.text(), /crossdesk_/);
    }
    assert.equal((await read({ "x-api-key": app.keys.admin })).status, 200);
    assert.equal((await fetch(`${app.url}/metrics`, { method: "POST" })).status, 404);
  });

  test("a message of each kind is counted once, where it belongs", async () => {
    const was = await scrape();
    tried = Promise.withResolvers<void>();
    const task = await app.createTask();
    const acme = { url: app.url, key: app.keys.acme };
    const command = { type: "update_message", task, message: "counted" } as const;
    await tellBySoap(acme, command);
    await tellBySoap(acme, command);
    await tellByRest(acme, command);
    await tellByRest(acme, { ...command, task: "NONE" });
    await fetch(`${app.url}/v1/tasks/${task}`, { headers: { "x-api-key": app.keys.acme } });
    await fetch(`${app.url}/v1/tasks/${task}`);
    const line = { url: app.url, key: app.keys.admin, mailbox: "desk" };
    await postMail(line, mailBytes(command, "noc@acme.example", "counted@acme.example"));
    await postMail(line, mailBytes(command, "nobody@elsewhere.example", "strange@elsewhere.example"));
    await tried.promise;
    const is = await scrape();
    const grown = (name: string, labels: Record<string, string>): number =>
      (sampleValue(is, name, labels) ?? 0) - (sampleValue(was, name, labels) ?? 0);
    const soap = { channel: "soap", provider: "acme" };
    const rest = { channel: "rest", provider: "acme" };
    const mail = { channel: "email", provider: "acme" };
    assert.deepEqual(
      [
        grown("crossdesk_messages_received_total", soap),
        grown("crossdesk_messages_committed_total", soap),
        grown("crossdesk_messages_repeated_total", soap),
        grown("crossdesk_messages_received_total", rest),
        grown("crossdesk_messages_committed_total", rest),
        grown("crossdesk_messages_read_total", rest),
        grown("crossdesk_messages_refused_total", { ...rest, code: "unknown_task" }),
        grown("crossdesk_messages_refused_total", { channel: "rest", caller: "", code: "unauthenticated" }),
        grown("crossdesk_messages_committed_total", mail),
        grown("crossdesk_messages_refused_total", { channel: "email", caller: "", code: "sender_unknown" }),
        grown("crossdesk_delivery_tries_total", { system: "acme-api", end: "done" }),
      ],
      [2, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1],
    );
    assert.equal(grown("crossdesk_message_duration_seconds_count", {}), 0, "a histogram has no sample of its bare name");
    // What is asked of the database is kept for a moment.
    const { head } = await app.views.events(0, 1);
    while (sampleValue(await scrape(), "crossdesk_feed_head_position") !== head);
    assert.equal(sampleValue(is, "crossdesk_store_up"), 1);
    const batches = is.get("crossdesk_ledger_batch_units")?.samples.find((one) => one.name.endsWith("_sum"));
    assert.ok((batches?.value ?? 0) >= 5, "every unit went through a batch");
  });

  test("Prometheus may ask for OpenMetrics and for gzip", async () => {
    const accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
    const answer = await read({ "x-api-key": app.keys.admin, accept });
    assert.equal(answer.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    const families = readExposition(await answer.text(), true);
    assert.equal(families.get("crossdesk_messages_received")?.type, "counter");
    const plain = await read({ "x-api-key": app.keys.admin, accept: "application/openmetrics-text;q=0, text/plain" });
    assert.equal(plain.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert.ok(plain.headers.get("content-encoding") === "gzip" && plain.headers.get("cache-control") === "no-store");
  });

  test("an address of its own gives them without credentials, and nothing else", async () => {
    const url = app.app.metricsUrl ?? "";
    const answer = await fetch(url);
    assert.equal(sampleValue(readExposition(await answer.text()), "crossdesk_build_info"), 1);
    assert.equal((await fetch(url.replace("/metrics", "/v1/tasks"), { headers: { "x-api-key": app.keys.admin } })).status, 404);
    assert.equal((await fetch(url, { method: "POST" })).status, 405);
  });

  test("every metric is documented, and every documented metric is there", async () => {
    const documented = [...PAGE.matchAll(/^\| `((?:crossdesk|process|nodejs)_\w+)`/gm)].map(([, name]) => name ?? "");
    const given = [...(await scrape()).keys()];
    // Counted from the first time on: nothing of these kinds happened here.
    const silent = documented.filter((name) => PAGE.includes(`| \`${name}\`*`));
    assert.deepEqual(
      given.filter((name) => !documented.includes(name)),
      [],
      "not documented",
    );
    assert.deepEqual(
      documented.filter((name) => !given.includes(name) && !silent.includes(name)),
      [],
      "not there",
    );
    for (const [, used = ""] of PAGE.matchAll(/\b((?:crossdesk|process|nodejs)_[a-z_]+)\b(?=[[{)\s])/g))
      assert.ok(documented.includes(used.replace(/_(?:bucket|sum|count)$/, "")), `${used} of an alert rule is a metric`);
  });
});
