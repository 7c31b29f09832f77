// What a SOAP client hears when the gateway cannot do what it asks, what the door is handed, and what is logged of a call.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { Failure, type FailureCode } from "../../src/core/errors.ts";
import type { Outcome } from "../../src/core/ports.ts";
import { BODY, CALLER, type Channel, NAMESPACE, OPERATION, startChannel } from "../helpers/soap-channel.ts";

function call({ url }: Channel, body: string = BODY): Promise<Response> {
  const headers = { "content-type": "text/xml; charset=utf-8", soapaction: `"${NAMESPACE}${OPERATION}"` };
  return fetch(url, { method: "POST", headers, body });
}

const done = (repeated: boolean): Outcome => ({
  status: "done",
  repeated,
  results: [{ task: "T", ticket: "K", events: ["e-1"] }],
});

suite("SOAP failures", () => {
  let channel: Channel;
  before(async () => {
    channel = await startChannel(null);
  });
  after(() => channel.close());

  const expectations: readonly (readonly [FailureCode, status: number, faultcode: string, retryAfter: string | null])[] = [
    ["busy", 503, "soap:Server", "5"],
    ["stopping", 503, "soap:Server", "5"],
    ["store_unavailable", 503, "soap:Server", "5"],
    ["outcome_unknown", 503, "soap:Server", "5"],
    ["guard_lost", 503, "soap:Server", "5"],
    ["internal", 500, "soap:Server", null],
    ["forbidden", 500, "soap:Server", null],
  ];
  for (const [code, status, faultcode, retryAfter] of expectations) {
    test(`the door fails with ${code}`, async () => {
      channel.state.outcome = () => Promise.reject(new Failure(code, undefined, new Error("table task_versions is gone")));
      const answer = await call(channel);
      const body = await answer.text();
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get("retry-after"), retryAfter);
      assert.equal(answer.headers.get("x-crossdesk-code"), code);
      assert.ok(
        body.includes(`<faultcode>${faultcode}</faultcode><faultstring>Server was unable to process request. ---&gt; `),
        body,
      );
      assert.ok(!body.includes("task_versions"), "nothing of the inside");
      assert.equal(channel.state.reports.at(-1)?.outcome, code);
    });
  }

  test("an error nobody foresaw shows nothing and is logged", async () => {
    channel.state.outcome = () => Promise.reject(new TypeError("secret is not a function"));
    channel.state.lines.length = 0;
    const answer = await call(channel);
    assert.equal(answer.status, 500);
    assert.ok(!(await answer.text()).includes("secret"));
    assert.equal(answer.headers.get("x-crossdesk-code"), "internal");
    assert.deepEqual(channel.state.lines, [
      ["error", "soap.failed", { requestId: "req-1", operation: OPERATION, error: "TypeError: secret is not a function" }],
    ]);
  });

  const admissions: readonly (readonly [FailureCode, number, string | null])[] = [
    ["unauthenticated", 401, 'Basic realm="Crossdesk"'],
    ["rate_limited", 503, null],
    ["stopping", 503, null],
  ];
  for (const [code, status, challenge] of admissions) {
    for (const when of ["at once", "later"]) {
      test(`admission fails ${when} with ${code}`, async () => {
        const { state } = channel;
        const admit = state.admit;
        state.admit = () => {
          if (when === "later") return Promise.reject(new Failure(code));
          throw new Failure(code);
        };
        state.units.length = 0;
        const answer = await call(channel).finally(() => {
          state.admit = admit;
        });
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get("www-authenticate"), challenge);
        assert.match(await answer.text(), /<soap:Fault><faultcode>soap:(Client|Server)<\/faultcode>/);
        assert.deepEqual(state.units, [], "the door was not reached");
      });
    }
  }

  test("the door gets one command, and a digest of the very bytes", async () => {
    const { state } = channel;
    state.outcome = async () => done(false);
    state.units.length = 0;
    const answers = [await call(channel), await call(channel), await call(channel, `${BODY}\n`)];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200],
    );
    const [first, same, other] = state.units;
    assert.deepEqual(first?.commands, [{ type: "acknowledge", task: "T", reference: null, message: null }]);
    assert.equal(first?.channel, "soap");
    assert.deepEqual(first?.caller, CALLER);
    assert.equal(first?.key, undefined);
    assert.equal(first?.digest, hash("sha256", `acme ${OPERATION}\n${hash("sha256", BODY)}`, "hex").slice(0, 32));
    assert.equal(same?.digest, first?.digest);
    assert.notEqual(other?.digest, first?.digest);
  });

  test("a repeat is answered like the first call", async () => {
    const { state } = channel;
    state.outcome = async () => done(false);
    const first = await (await call(channel)).text();
    state.outcome = async () => done(true);
    assert.equal(await (await call(channel)).text(), first);
    assert.deepEqual(
      state.reports.slice(-2).map(({ outcome, event, task, status, bytes }) => ({ outcome, event, task, status, bytes })),
      ["done", "repeated"].map((outcome) => ({ outcome, event: "e-1", task: "T", status: 200, bytes: BODY.length })),
    );
  });

  test("the request id goes back", async () => {
    assert.equal((await call(channel)).headers.get("x-request-id"), "req-1");
  });

  test("a client that goes away in the middle harms nothing", async () => {
    const controller = new AbortController();
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode(BODY.slice(0, 50)));
      },
    });
    const headers = { "content-type": "text/xml", soapaction: `"${NAMESPACE}${OPERATION}"` };
    const admitted = new Promise<void>((resolve) => {
      const { admit } = channel.state;
      channel.state.admit = (request) => {
        channel.state.admit = admit;
        setImmediate(resolve);
        return admit(request);
      };
    });
    const reported = channel.state.reports.length;
    const gone = fetch(channel.url, { method: "POST", headers, body, signal: controller.signal, duplex: "half" });
    await admitted;
    controller.abort();
    await assert.rejects(gone);
    while (channel.state.reports.length === reported) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(channel.state.reports.at(-1)?.outcome, "invalid_request");
  });
});
