// How many calls a credential may make: told with each answer, refused beyond, by REST and SOAP alike, and set in the site or by default.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SERVICE_PATH } from "../../helpers/service-path.ts";
import { assertRefused, type RestTest, startRest } from "./client.ts";

let now = Date.UTC(2026, 10, 3);
let app: RestTest;
before(async () => {
  app = await startRest({ clock: () => now, env: { CROSSDESK_RATE_LIMIT: "4/60" } });
  const credentials = [
    { id: "globex", provider: "globex", apiKey: "generate" as const, rateLimit: "2/10" },
    { id: "ticketing", role: "ticketing" as const, apiKey: "generate" as const, rateLimit: "none" },
  ];
  await app.app.store.admin.apply({ credentials });
});
after(() => app.close());

const call = (who: "acme" | "globex" | "ticketing") => app.get("/v1/tasks", app.keys[who]);
const left = ({ headers }: { headers: Record<string, string> }): (string | undefined)[] => [
  headers["ratelimit-policy"],
  headers.ratelimit,
];

test("each answer tells what is left, and the call too many is told when to come again", async () => {
  for (const rest of [3, 2, 1, 0])
    assert.deepEqual(left(await call("acme")), ['"calls";q=4;w=60', `"calls";r=${rest};t=${(4 - rest) * 15}`]);
  const over = await call("acme");
  assertRefused(over, 429, "rate_limited");
  assert.deepEqual([over.headers["retry-after"], ...left(over)], ["15", '"calls";q=4;w=60', '"calls";r=0;t=60']);
  now += 15_000;
  assert.equal((await call("acme")).status, 200);
  assertRefused(await call("acme"), 429, "rate_limited");
  now += 3_600_000;
  assert.deepEqual(left(await call("acme"))[1], '"calls";r=3;t=15', "never more than the rule's own number");
});

test("credentials have rules of their own, and none is told nothing", async () => {
  assert.deepEqual(left(await call("globex")), ['"calls";q=2;w=10', '"calls";r=1;t=5']);
  for (let count = 0; count < 6; count++) assert.deepEqual(left(await call("ticketing")), [undefined, undefined]);
  const { json } = await app.get("/v1/site", app.keys.admin);
  const limits = json.credentials.map((one: { id: string; rateLimit?: string }) => [one.id, one.rateLimit]);
  assert.deepEqual(Object.fromEntries(limits).globex, "2/10");
  assert.deepEqual([Object.fromEntries(limits).ticketing, Object.fromEntries(limits).acme], ["none", undefined]);
  const wrong = { credentials: [{ id: "x", provider: "acme", apiKey: "generate", rateLimit: "0/10" }] };
  assertRefused(await app.post("/v1/site", app.keys.admin, wrong), 400, "invalid_request");
});

test("what is refused counts, wrong credentials do not; SOAP counts in the same place and answers with a fault", async () => {
  now += 3_600_000;
  for (let count = 0; count < 3; count++) assert.equal((await app.get("/v1/tasks/NEVER", app.keys.acme)).status, 404);
  assert.equal((await app.get("/v1/tasks", `${app.keys.acme}x`)).status, 401);
  const soap = () =>
    fetch(`${app.url}${SERVICE_PATH}`, {
      method: "POST",
      headers: { "content-type": "text/xml; charset=utf-8", soapaction: '""', authorization: `Bearer ${app.keys.acme}` },
      body: "<x/>",
    });
  const last = await soap();
  assert.equal(last.headers.get("ratelimit"), '"calls";r=0;t=60');
  const over = await soap();
  assert.deepEqual(
    [over.status, over.headers.get("retry-after"), over.headers.get("x-crossdesk-code")],
    [503, "15", "rate_limited"],
  );
  assert.match(await over.text(), /<faultcode>soap:Server<\/faultcode>.*Too many calls/s);
});
