// Bodies of the worst kinds, as large as a request may be: each has a clear answer, nothing is stored, nothing is left changed or
// held. Smaller attacks are wire cases (`hostile-…`); how long each holds the event loop is measured by `npm run bench`.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { HOSTILE_BODIES } from "../helpers/hostile-bodies.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { NAMESPACE, OPERATION } from "../helpers/soap-channel.ts";

const LIMIT = 4 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

suite("hostile bodies of 4 MiB", () => {
  let app: TestApp;
  let names = "";
  before(async () => {
    app = await startApp();
    names = String(Reflect.ownKeys(Object.prototype).map(String));
  });
  after(() => app.close());

  async function send(body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const always = { "X-API-Key": app.keys.acme, "Content-Type": "text/xml; charset=utf-8" };
    const action = { SOAPAction: `"${NAMESPACE}${OPERATION}"` };
    return fetch(`${app.url}${SERVICE_PATH}`, { method: "POST", headers: { ...always, ...action, ...headers }, body });
  }

  async function head(): Promise<number> {
    const answer = await fetch(`${app.url}/v1/events`, { headers: { "X-API-Key": app.keys.ticketing } });
    return ((await answer.json()) as { head: number }).head;
  }

  for (const { name, make } of HOSTILE_BODIES) {
    test(name, async () => {
      const { body, headers } = make(LIMIT);
      assert.ok(body.length <= LIMIT);
      const stored = await head();
      const answer = await send(body, headers);
      const text = await answer.text();
      // Which of a body's faults is met first is the reader's matter: it is not XML, is beyond a limit, or is no operation. White space
      // alone harms nothing: then it is the task that is not there.
      assert.ok(answer.status === 400 || answer.status === 500, `${answer.status} ${text.slice(0, 500)}`);
      assert.ok(text.length < 3000, "the answer does not grow with the request");
      assert.equal(text === "", answer.status === 400);
      if (answer.status === 500)
        assert.match(
          text,
          /<soap:Fault>[\s\S]*(beyond a limit|Maximum request length|unable to read|mismatch|must be the element|No task of yours)/,
        );
      assert.equal(await head(), stored, "nothing was stored");
      assert.equal(String(Reflect.ownKeys(Object.prototype).map(String)), names);
    });
  }

  test("all at once, again and again, hold no more memory than a few of them", async () => {
    const bodies = HOSTILE_BODIES.map(({ make }) => make(LIMIT / 8));
    const round = () => Promise.all(bodies.map(async ({ body, headers }) => (await send(body, headers)).arrayBuffer()));
    await round();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    for (let rounds = 0; rounds < 10; rounds++) await round();
    const now = process.memoryUsage();
    const growth = now.arrayBuffers + now.heapUsed - arrayBuffers - heapUsed;
    assert.ok(growth < 256 * MEBIBYTE, `${Math.round(growth / MEBIBYTE)} MiB more, of ${(10 * bodies.length) / 2} MiB sent`);
  });
});
