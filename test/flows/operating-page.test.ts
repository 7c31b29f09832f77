// The page for operators does what it says: its calls work when they are pasted, and its site file brings alerts to people.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { simpleParser } from "mailparser";
import { parse } from "yaml";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { EmailDocument } from "../../src/store/site-outgoing-document.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startPartner } from "../helpers/partner.ts";
import { ROOT } from "../helpers/sources.ts";
import { startSink } from "../outbound/email-sink.ts";
import { checkBody, loadContract } from "../../src/inbound/rest/contract.ts";
import { OPERATIONS } from "../../src/inbound/rest/handlers/registry.ts";
import { CONTRACT_PATH, type Json } from "../wire/rest/client.ts";

const PAGE = readFileSync(path.join(ROOT, "docs/operating.md"), "utf8");
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, text = ""]) => text);

const NOON = Date.UTC(2026, 10, 3, 12);
const MINUTE = 60_000;

/** A clock that began at noon of the day the page speaks of, so many minutes later. */
function clockAfter(minutes: number): () => number {
  const start = Date.now();
  return () => NOON + minutes * MINUTE + Date.now() - start;
}

/** A System that hands out tasks of one group, and is refused each time. */
const refused = (url: string): SiteDocument => ({
  systems: [
    {
      name: "acme-api",
      provider: "acme",
      groups: ["acme-field"],
      apis: { hook: { kind: "rest", url } },
      delivery: { retryAfterSeconds: [] },
    },
  ],
  mappings: [{ name: "acme-new", system: "acme-api", body: "task" }],
});

/** A partner that refuses everything, and takes note of it. */
async function refusing(t: TestContext) {
  const partner = await startPartner((_, response) => void response.writeHead(400).end("no"));
  t.after(() => partner.close());
  return partner;
}

const run = promisify(execFile);

/** Pastes a block of the page; gives what its calls answered, one after the other. */
async function paste(block: string, variables: Record<string, string>): Promise<Json[]> {
  // Each answer on a line of its own: the page's calls print nothing between them.
  const separated = block.replaceAll(/^curl -s /gm, "curl -s -w '\\n' ");
  const { stdout } = await run("sh", ["-euc", separated], { env: { ...process.env, ...variables } });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
}

suite("the page for operators", () => {
  test("its calls work when they are pasted, in the order of the page", async (t) => {
    const partner = await refusing(t);
    const allow = { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` };
    const app = await startApp({ site: refused(partner.url), env: allow, clock: clockAfter(10) });
    t.after(() => app.close());
    const task = await app.createTask();
    const get = async (query: string): Promise<Json> =>
      (await fetch(`${app.url}/v1/deliveries${query}`, { headers: { "x-api-key": app.keys.admin } })).json();
    /** The one delivery, as soon as it has failed for good. */
    const failed = async (): Promise<Json> => {
      for (;;) {
        const [found] = (await get(`?task=${task}&status=rejected`)).deliveries;
        if (found) return found;
      }
    };
    const variables = { URL: app.url, ADMIN_KEY: app.keys.admin, DELIVERY: (await failed()).id as string };
    const [look = "", retry = "", acknowledge = "", hold = ""] = blocks("sh").filter((one) => one.includes("$ADMIN_KEY"));
    const [queues, tasks, dead, one] = await paste(look, variables);
    assert.deepEqual([queues.queues[0].system, queues.queues[0].status], ["acme-api", "REJECTED"]);
    assert.deepEqual([tasks.queues[0].task, tasks.queues[0].status], [task, "REJECTED"]);
    assert.deepEqual([dead.deliveries[0].id, one.tries.length], [variables.DELIVERY, 1]);
    const [, counted] = await paste(retry, variables);
    assert.equal(typeof counted.count, "number");
    await failed();
    const [acknowledged, others] = await paste(acknowledge, variables);
    assert.deepEqual([acknowledged.status, others], ["acknowledged", { count: 0, dryRun: false }]);
    const [window, held, released] = await paste(hold, variables);
    assert.deepEqual([window.hold.active, held.status, released.hold], [false, "BLOCKED", null]);
  });

  test("its site file brings alerts to a chat and by mail, when they begin and when they are over", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-page-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const [acme, chat, sink] = [await refusing(t), await startPartner(), await startSink({ allowInsecureAuth: true })];
    t.after(() => Promise.all([chat.close(), sink.close()]));
    const ports = [acme.port, chat.port, sink.port].map((port) => `127.0.0.1:${port}`);
    const start = (minutes: number, site: SiteDocument): Promise<TestApp> =>
      startApp({
        databaseUrl: `sqlite:${path.join(folder, "crossdesk.db")}`,
        env: { CROSSDESK_OUTGOING_ALLOW: ports.join(",") },
        clock: clockAfter(minutes),
        site,
        onLog: ({ event, mapping, state }) => event === "delivery.tried" && mapping === "alerts-to-mail" && mailed.resolve(state),
      });
    const mailed = Promise.withResolvers<unknown>();
    const document = alertsFile();
    const first = await start(0, refused(acme.url));
    const whole = await first.app.store.admin.apply(document);
    assert.deepEqual(
      whole.map(({ kind, name }) => `${kind} ${name}`),
      ["systems on-call", "mappings alerts-to-chat", "mappings alerts-to-mail", "alerts rules"],
    );
    const late = await first.createTask({ group: "globex-net" });
    await first.createTask({ group: "acme-field" });
    await acme.request(1);
    await first.close();

    // An hour later, with the addresses of this machine: globex is late, acme has four hours, and its interface failed.
    const second = await start(61, here(document, chat.url, sink.port));
    const said = [await chat.request(1), await chat.request(2)].map(({ body }) => JSON.parse(body) as Json);
    assert.deepEqual(
      said.map((one) => one.over),
      [false, false],
    );
    assert.deepEqual(said.map((one) => one.text.replace(/ at .*/, "")).toSorted(), [
      "1 delivery to acme-api failed for good: retry or acknowledge.",
      `globex has given no reference for the task ${late}, which it was sent`,
    ]);
    const raised = (await second.views.alerts({ limit: 50 })).items.map((one) => one.name);
    assert.deepEqual(raised.toSorted(), ["deliveries_failing acme-api", `no_reference ${late} globex`]);
    const acknowledge = { type: "acknowledge", task: late, reference: "G-1" } as const;
    await second.door.execute({ commands: [acknowledge], caller: second.callers.globex, channel: "rest" });
    assert.equal(await mailed.promise, "done");
    await second.close();

    const third = await start(62, {});
    t.after(() => third.close());
    const over = JSON.parse((await chat.request(3)).body) as Json;
    assert.deepEqual(over, { text: `globex has given its reference for the task ${late}.`, over: true });
    assert.equal(sink.mails.length, 1, "the worst alone goes by mail");
    const { subject, text } = await simpleParser(sink.mails[0]?.raw ?? "");
    assert.match(subject ?? "", /Warning: deliveries_failing acme-api$/);
    assert.match(text ?? "", /^1 delivery to acme-api failed for good: retry or acknowledge\.\nSince 2026-11-03T13:0/);
  });
});

/** The site file of the page, held against the contract as `crossdesk apply` does. */
function alertsFile(): SiteDocument {
  const [text = ""] = blocks("yaml").filter((one) => one.startsWith("# alerts.yaml"));
  const document: unknown = parse(text);
  checkBody(loadContract(CONTRACT_PATH, OPERATIONS), "applySite", document);
  return document as SiteDocument;
}

/** The same with the addresses of a chat and a mail server on this machine. */
function here(document: SiteDocument, chat: string, port: number): SiteDocument {
  return {
    systems: (document.systems ?? []).map((system) => {
      const mail = { host: "127.0.0.1", port, security: "none", auth: { kind: "none" } } as const;
      const apis = {
        chat: { kind: "rest", url: chat } as const,
        mail: { ...(system.apis?.["mail"] as EmailDocument), ...mail },
      };
      return { ...system, apis };
    }),
  };
}
