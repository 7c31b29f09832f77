// A gateway that is asked to stop: it says so first, finishes what is under way, and whatever was not answered may be sent again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { suite, test, type TestContext } from "node:test";
import { startApp } from "../helpers/app.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { connect } from "../helpers/store.ts";
import { readFeed, tellByRest, type Told } from "../helpers/story.ts";

const CALLERS = 4;

interface Stage {
  databaseUrl: string;
  site: KnownSite;
  start(): Promise<GatewayProcess>;
}

async function openStage(t: TestContext): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-stopped-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const site = await writeSite();
  t.after(() => site.remove());
  const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
  const start = async (): Promise<GatewayProcess> => {
    const gateway = await startProcess({ databaseUrl, site });
    t.after(() => gateway.kill());
    return gateway;
  };
  return { databaseUrl, site, start };
}

async function openTask({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
  const post = (where: string, json: object) => fetch(url + where, { method: "POST", headers, body: JSON.stringify(json) });
  await post("/v1/tickets", { number: "T-1", subject: "Open while it stops" });
  assert.equal((await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" })).status, 201);
}

interface Upload {
  sending: ClientRequest;
  answer: Promise<[number, string]>;
}

/** Begins to send a file, which the gateway has begun to take, and leaves the rest for later. */
async function beginUpload({ url }: GatewayProcess, { keys }: KnownSite): Promise<Upload> {
  const headers = {
    ...{ expect: "100-continue", "x-api-key": keys.acme },
    ...{ "content-type": "text/plain", "content-disposition": 'attachment; filename="slow.txt"' },
  };
  const sending = request(`${url}/v1/tasks/K-1/attachments`, { method: "POST", headers });
  const answer = once(sending, "response").then(async ([response]: IncomingMessage[]): Promise<[number, string]> => {
    assert.ok(response);
    return [response.statusCode ?? 0, await text(response)];
  });
  answer.catch(() => undefined);
  sending.flushHeaders();
  await once(sending, "continue");
  sending.write("the first half, ");
  return { sending, answer };
}

/** The next line of the log about this. */
function heard(gateway: GatewayProcess, event: string): Promise<void> {
  return new Promise((resolve) => {
    const deaf = gateway.listen((line) => {
      if (line.event !== event) return;
      deaf();
      resolve();
    });
  });
}

/** With a file under way it would wait; asked once more it ends at once, and says that it was no orderly end. */
async function stopTwice(gateway: GatewayProcess, site: KnownSite): Promise<void> {
  const { answer } = await beginUpload(gateway, site);
  const stopping = heard(gateway, "gateway.stopping");
  const first = gateway.stop();
  await stopping;
  assert.deepEqual(await Promise.all([first, gateway.stop()]), [1, 1]);
  await assert.rejects(answer);
}

suite("a stop", () => {
  test("under calls and a slow upload loses nothing, doubles nothing that is sent again; asked for twice it is at once", async (t) => {
    const { databaseUrl, site, start } = await openStage(t);
    const gateway = await start();
    await openTask(gateway, site);
    const upload = await beginUpload(gateway, site);
    const idle = new Agent({ keepAlive: true });
    await once(request(`${gateway.url}/healthz`, { agent: idle }).end(), "response").then(([response]) => response.resume());

    const answers = new Map<string, Told | null>();
    const line = { url: gateway.url, key: site.keys.acme };
    let enough = (): void => undefined;
    const call = async (caller: number): Promise<void> => {
      for (let number = 0; ; number++) {
        const message = `call ${caller}.${number}`;
        const command = { type: "update_message", task: "K-1", message } as const;
        const told = await tellByRest(line, command, message.replace(" ", "-")).catch(() => null);
        answers.set(message, told);
        if (answers.size > 60) enough();
        if (told === null || told.code !== "done") return;
      }
    };
    const underLoad = new Promise<void>((resolve) => (enough = resolve));
    const callers = Array.from({ length: CALLERS }, (_, caller) => call(caller));
    await underLoad;
    const stopping = heard(gateway, "gateway.stopping");
    const ended = gateway.stop();
    await stopping;
    await Promise.all(callers);
    upload.sending.end("and the second");
    const [status, body] = await upload.answer;
    assert.equal(status, 201, body);
    assert.equal(await ended, 0, "it ended in order");
    idle.destroy();

    const next = await start();
    const again = { url: next.url, key: site.keys.acme };
    for (const [message, told] of answers) {
      if (told?.code === "done") continue;
      if (told !== null) assert.equal(told.code, "stopping");
      const command = { type: "update_message", task: "K-1", message } as const;
      answers.set(message, await tellByRest(again, command, message.replace(" ", "-")));
    }
    const events = await readFeed({ url: next.url, key: site.keys.ticketing });
    const stored = events.flatMap(({ id, data }) => (data.message ? [[data.message.text, id] as const] : []));
    assert.equal(new Set(stored.map(([message]) => message)).size, stored.length, "no message twice");
    assert.deepEqual(new Map(stored), new Map([...answers].map(([message, told]) => [message, told?.event])));
    const files = await fetch(`${next.url}/v1/tasks/K-1/attachments`, { headers: { "x-api-key": site.keys.acme } });
    assert.match(await files.text(), /slow\.txt/);
    await stopTwice(next, site);
    const db = await connect(databaseUrl);
    await checkLedger(db);
    await db.close();
  });

  test("is told to monitors and clients before it begins", async () => {
    const app = await startApp({ env: { CROSSDESK_STOP_DELAY_SECONDS: "1" } });
    const task = await app.createTask();
    const get = (where: string) => fetch(app.url + where, { headers: { "x-api-key": app.keys.acme } });
    assert.equal((await get("/readyz")).status, 200);
    const closed = app.close();
    const [ready, live, call] = await Promise.all([get("/readyz"), get("/healthz"), get(`/v1/tasks/${task}`)]);
    assert.deepEqual([ready.status, live.status, call.status], [503, 200, 200]);
    assert.equal(call.headers.get("connection"), "close", "the next call goes to another gateway");
    await closed;
    await assert.rejects(get("/healthz"));
  });
});
