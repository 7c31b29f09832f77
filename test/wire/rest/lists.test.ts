// Lists of tasks over REST: filters, pages that lead on by themselves, and the list of what changed, read while others write.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type Got, type Json, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest({
    site: { groups: [{ name: "acme-depot", provider: "acme", returnGroup: "service-desk" }] },
  });
});
after(() => app.close());

type Who = "acme" | "globex" | "ticketing";

const list = (query: string, who: Who = "acme"): Promise<Got> => app.get(`/v1/tasks${query}`, app.keys[who]);
const numbers = ({ status, json }: Got): string[] => {
  assert.equal(status, 200, JSON.stringify(json));
  return json.tasks.map((one: Json) => one.number);
};
const found = async (query: string, who: Who = "acme"): Promise<string[]> => numbers(await list(query, who));
const step = (task: string, name: string, json: object, who: Who = "acme"): Promise<Got> =>
  app.post(`/v1/tasks/${task}/${name}`, app.keys[who], json);
const linkTo = ({ headers }: Got, rel: string): string | undefined =>
  new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.link ?? "")?.[1];

/** A task in each state a provider sees, by number. */
async function oneOfEach(prefix: string): Promise<void> {
  for (const status of ["assigned", "acknowledged", "solved", "closed"]) {
    const task = await app.createTask({
      number: `${prefix}-${status}`,
      group: status === "solved" ? "acme-depot" : "acme-field",
    });
    if (status === "assigned") continue;
    await step(task, "acknowledgement", { externalReference: `${prefix}-REF-${status}` });
    if (status === "solved") await step(task, "reassignment", { outcome: "solved", solution: "Done." });
    if (status === "closed") await step(task, "reassignment", { outcome: "closed", solution: "Done." });
  }
}

test("tasks are found by status, group, ticket, number and every reference they had", async () => {
  await oneOfEach("F");
  await app.createTask({ number: "F-globex", group: "globex-net" });
  assert.deepEqual(await found("?status=solved"), ["F-solved"]);
  assert.deepEqual(await found("?status=closed,assigned"), ["F-assigned", "F-closed"]);
  assert.deepEqual(await found("?status=closed&status=assigned"), ["F-assigned", "F-closed"]);
  assert.deepEqual(await found("?status=assigned", "ticketing"), ["F-assigned", "F-globex"]);
  assert.deepEqual(await found("?group=acme-depot"), ["F-solved"]);
  assert.deepEqual(await found("?group=acme-field&status=closed"), ["F-closed"]);
  assert.deepEqual(await found("?group=globex-net"), [], "another provider's");
  assert.deepEqual(await found("?group=globex-net", "ticketing"), ["F-globex"]);

  const { ticket } = (await app.get("/v1/tasks/F-solved", app.keys.acme)).json;
  assert.deepEqual(await found(`?ticket=${ticket}`), ["F-solved"]);
  assert.deepEqual(await found(`?ticket=${ticket}&status=assigned`), []);
  assert.deepEqual(await found(`?ticket=${ticket}`, "globex"), []);

  await step("F-solved", "messages", { message: "We renamed it.", externalReference: "F-REF-new" });
  for (const reference of ["F-REF-solved", "F-REF-new", "F-solved"]) {
    assert.deepEqual(await found(`?reference=${reference}`), ["F-solved"], reference);
    assert.deepEqual(await found(`?reference=${reference}`, "ticketing"), ["F-solved"], reference);
    assert.deepEqual(await found(`?reference=${reference}`, "globex"), [], reference);
  }
  assert.deepEqual(await found("?reference=F-REF-new&status=assigned"), []);
});

test("what no filter takes is refused", async () => {
  for (const query of [
    "?status=open",
    "?status=",
    "?status=assigned,open",
    "?group=",
    "?updatedSince=yesterday",
    "?after=7",
    "?sort=x",
  ])
    assertRefused(await list(query), 400, "invalid_request");
  const { json } = await list("?limit=1");
  const changed = Buffer.from("c3").toString("base64url");
  assert.match(json.next, /^[A-Za-z0-9_-]+$/);
  assertRefused(await list(`?after=${json.next}=`), 400, "invalid_request");
  assertRefused(await list(`?after=${Buffer.from("m07").toString("base64url")}`), 400, "invalid_request");
  assertRefused(await list(`?updatedSince=2026-01-01T00:00:00Z&after=${json.next}`), 400, "invalid_request");
  assert.equal((await list(`?after=${changed}`)).status, 200);
  assertRefused(await list(`?after=${Buffer.from("c999999999").toString("base64url")}`), 410, "position_unknown");
});

test("pages are followed by their links, and go on where they were while tasks come and change", async () => {
  const seen: string[] = [];
  let path: string | undefined = "/v1/tasks?status=assigned,acknowledged&limit=2";
  const before = await found("?status=assigned,acknowledged&limit=200");
  await app.createTask({ number: "P-late" });
  for (let page = 1; path !== undefined; page++) {
    const got = await app.get(path, app.keys.acme);
    seen.push(...numbers(got));
    assert.equal(linkTo(got, "first"), page === 1 ? undefined : "/v1/tasks?status=assigned%2Cacknowledged&limit=2");
    path = linkTo(got, "next");
    assert.equal(path === undefined, got.json.next === null);
    if (page === 1) await step("F-acknowledged", "reassignment", { outcome: "solved", solution: "Done." });
  }
  const still = before.filter((one) => one !== "F-acknowledged" || seen.includes(one));
  assert.deepEqual(seen, [...still, "P-late"]);
  const events = await app.get("/v1/tasks/F-solved/events?limit=1", app.keys.acme);
  assert.match(linkTo(events, "next") ?? "", /^\/v1\/tasks\/F-solved\/events\?limit=1&after=\d+$/);
});

test("what changed since a time comes in the order of the changes, and the list goes on from there", async () => {
  const since = new Date().toISOString();
  await app.createTask({ number: "C-1" });
  await app.createTask({ number: "C-2" });
  await step("C-1", "acknowledgement", { externalReference: "C-REF" });
  const first = await list(`?updatedSince=${since}`);
  assert.deepEqual(numbers(first), ["C-2", "C-1"]);
  assert.equal(linkTo(first, "next"), undefined, "nothing more now");
  const again = async (): Promise<string[]> => numbers(await list(`?updatedSince=${since}&after=${first.json.next}`));
  assert.deepEqual(await again(), []);
  await step("C-2", "messages", { message: "One." });
  await step("C-2", "messages", { message: "Two." });
  await app.createTask({ group: "globex-net" });
  assert.deepEqual(await again(), ["C-2"], "once, and nothing of others");
  assert.deepEqual(await found(`?updatedSince=${since}&status=acknowledged`), ["C-1"]);
  assert.deepEqual(await found(`?updatedSince=${new Date(Date.now() + 3_600_000).toISOString()}`), []);
});

test("a poller misses no change while others write, and is given none twice for the same", async () => {
  const tasks = await Promise.all(Array.from({ length: 6 }, () => app.createTask()));
  const since = new Date().toISOString();
  let writing = true;
  const write = async (task: string, times: number): Promise<void> => {
    for (let time = 1; time <= times; time++) await step(task, "messages", { message: `Message ${time}.` });
  };
  const writers = Promise.all(tasks.map((task, index) => write(task, 6 + index))).finally(() => {
    writing = false;
  });
  /** The newest state that was seen of each task, and how often it was given. */
  const seen = new Map<string, string>();
  let given = 0;
  let query = `?updatedSince=${since}&limit=3`;
  for (let isLast = false; ; ) {
    isLast = !writing;
    const got = await list(query);
    for (const { number, updatedAt } of got.json.tasks) {
      assert.ok((seen.get(number) ?? "") <= updatedAt, "never back in time");
      seen.set(number, updatedAt);
      given += 1;
    }
    query = `?updatedSince=${since}&limit=3&after=${got.json.next}`;
    if (isLast && linkTo(got, "next") === undefined) break;
  }
  await writers;
  for (const task of tasks) {
    const { updatedAt } = (await app.get(`/v1/tasks/${task}`, app.keys.acme)).json;
    assert.equal(seen.get(task), updatedAt, `the last change of ${task}`);
  }
  const changes = tasks.reduce((sum, _task, index) => sum + 6 + index, 0);
  assert.ok(given <= changes, `${given} for ${changes} changes`);
});

test("every list leads on by its links, the feed until its head", async () => {
  const follow = async (path: string, who: "admin" | "ticketing"): Promise<number> => {
    let pages = 0;
    for (let next: string | undefined = path; next !== undefined && pages < 200; pages++) {
      const got: Got = await app.get(next, app.keys[who]);
      assert.equal(got.status, 200, `${next} ${JSON.stringify(got.json)}`);
      next = linkTo(got, "next");
    }
    return pages;
  };
  const { head } = (await app.get("/v1/events", app.keys.ticketing)).json;
  assert.equal(await follow("/v1/events?limit=40", "ticketing"), Math.ceil(head / 40));
  assert.ok((await follow("/v1/tickets?limit=10", "ticketing")) > 1);
  assert.equal(await follow("/v1/groups?limit=1", "ticketing"), 5);
  for (const path of ["/v1/alerts", "/v1/deliveries", "/v1/queues", "/v1/audit"])
    assert.ok((await follow(`${path}?limit=1`, "admin")) >= 1);
});
