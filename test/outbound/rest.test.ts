// Parcels to REST APIs and webhooks: what arrives there, what is never sent, and how a request is shown before.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: place-holders of URLs and headers are written so
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { Webhook } from "standardwebhooks";
import { Failure } from "../../src/core/errors.ts";
import type { Parcel } from "../../src/outbound/ports.ts";
import type { RestApi } from "../../src/store/outgoing.ts";
import { never, parcelOf, restApi, SECRETS } from "./request-parcels.ts";
import { assertMasked, brief, noting, OTHER_SECRETS, transportOf } from "./request-rest.ts";

/** Sends one parcel to a partner that takes it, and gives what arrived there. */
async function delivered(
  t: TestContext,
  api: Partial<RestApi> & { path?: string },
  value?: unknown,
  more?: Parameters<typeof parcelOf>[2],
) {
  const partner = await noting(t);
  const { path = "/hook", ...rest } = api;
  const outcome = await transportOf(t).send(parcelOf(restApi(partner.url + path, rest), value, more), never);
  const [one] = partner.arrived;
  return { outcome, one, headers: one?.headers ?? {}, body: one?.body ?? "" };
}

suite("what arrives", () => {
  test("method, path, body, and the id of the delivery twice", async (t) => {
    const { outcome, one, headers, body } = await delivered(t, { method: "PUT" }, { text: "grüße", list: [1, null, true] });
    assert.deepEqual(brief(outcome), ["done", "http_200"]);
    assert.equal(one?.line, "PUT /hook");
    assert.deepEqual(JSON.parse(body), { text: "grüße", list: [1, null, true] });
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["user-agent"], "Crossdesk");
    assert.deepEqual([headers["webhook-id"], headers["idempotency-key"]], ["dlv-0001", "dlv-0001"]);
    assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
  });

  test("bodies of each kind, with their type unless the API names another", async (t) => {
    const rows: [api: Partial<RestApi>, value: unknown, type: string | undefined, body: string][] = [
      [{ body: "json" }, '{"ready": 1}', "application/json", '{"ready": 1}'],
      [{ body: "json" }, null, "application/json", "null"],
      [{ body: "xml" }, "<a>ü</a>", "application/xml; charset=utf-8", "<a>ü</a>"],
      [{ body: "text" }, 12, "text/plain; charset=utf-8", "12"],
      [{ body: "form" }, { a: "b&c", d: [1, 2], e: null }, "application/x-www-form-urlencoded", "a=b%26c&d=1&d=2&e="],
      [{ body: "none" }, { a: 1 }, undefined, ""],
      [{ body: "none", method: "GET" }, null, undefined, ""],
      [{ body: "json", headers: { "content-type": "application/vnd.x+json" } }, {}, "application/vnd.x+json", "{}"],
    ];
    for (const [api, value, type, body] of rows) {
      const found = await delivered(t, api, value);
      assert.deepEqual([found.outcome.class, found.headers["content-type"], found.body], ["done", type, body]);
    }
  });

  test("secrets are put in last, escaped as the format asks", async (t) => {
    const { token = "", password = "" } = SECRETS;
    const { input } = parcelOf(restApi("http://x/"));
    const { token: marker = "", password: other = "" } = input.secrets;
    const json = await delivered(t, {}, { key: marker, text: `Bearer ${marker} ${other}` });
    assert.deepEqual(JSON.parse(json.body), { key: token, text: `Bearer ${token} ${password}` });
    const xml = await delivered(t, { body: "xml" }, `<a k="${marker}">${marker}</a>`);
    assert.equal(xml.body, '<a k="quo&quot;te&lt;&amp;&gt;\\end">quo&quot;te&lt;&amp;&gt;\\end</a>');
    const form = await delivered(t, { body: "form" }, { key: marker });
    assert.equal(new URLSearchParams(form.body).get("key"), token);
    const text = await delivered(t, { body: "text" }, `x ${marker}`);
    assert.equal(text.body, `x ${token}`);
    for (const { outcome } of [json, xml, form, text]) assertMasked(outcome);
  });

  test("a secret inside CDATA stands there as it is", async (t) => {
    const { input } = parcelOf(restApi("http://x/"));
    const { token: marker = "" } = input.secrets;
    const { token = "" } = SECRETS;
    const escaped = "quo&quot;te&lt;&amp;&gt;\\end";
    for (const [xml, expected] of [
      [`<a>${marker}<![CDATA[<${marker}>]]>${marker}</a>`, `<a>${escaped}<![CDATA[<${token}>]]>${escaped}</a>`],
      [`<a><!-- <![CDATA[ --><b>${marker}</b><!-- ]]> --></a>`, `<a><!-- <![CDATA[ --><b>${escaped}</b><!-- ]]> --></a>`],
      [`<a><![CDATA[ <!-- ${marker}]]><b>${marker}--></b></a>`, `<a><![CDATA[ <!-- ${token}]]><b>${escaped}--></b></a>`],
    ] as const) {
      assert.equal((await delivered(t, { body: "xml" }, xml)).body, expected);
    }
  });

  test("secrets in a URL are percent-encoded, unless one is the whole address, path or query", async (t) => {
    const partner = await noting(t);
    const secrets = {
      ...{ key: "a/b+c=&?#%é d", steps: "T1/B2/x:y=", base: `${partner.url}/in?x=%2F`, query: "sig=a%2Fb&v=1" },
    };
    for (const [url, line] of [
      [`${partner.url}/x?k=\${secret:key}`, "/x?k=a%2Fb%2Bc%3D%26%3F%23%25%C3%A9%20d"],
      [`${partner.url}/x/\${secret:key}/y`, "/x/a/b+c=&%3F%23%25%C3%A9%20d/y"],
      [`${partner.url}/services/\${secret:steps}`, "/services/T1/B2/x:y="],
      [`${partner.url}/\${secret:steps}`, "/T1/B2/x:y="],
      [`${partner.url}/\${secret:query}?a=b`, "/sig=a%2Fb&v=1?a=b"],
      [`${partner.url}/x?\${secret:query}`, "/x?sig=a%2Fb&v=1"],
      [`${partner.url}/x?\${secret:query}&w=1`, "/x?sig%3Da%252Fb%26v%3D1&w=1"],
      ["${secret:base}", "/in?x=%2F"],
      ["${secret:base}&k=${secret:steps}", "/in?x=%2F&k=T1%2FB2%2Fx%3Ay%3D"],
    ] as const) {
      const outcome = await transportOf(t).send(parcelOf(restApi(url), {}, { system: { secrets } }), never);
      assert.equal(partner.arrived.at(-1)?.line, `POST ${line}`, outcome.detail ?? "");
      assert.match(outcome.request, /^POST \S*\$\{secret:/);
    }
  });

  test("place-holders in URL and headers, data percent-encoded", async (t) => {
    const path = "/${prop:tenant}/${secret:path}/${data:ticket.number}?site=${data:task.custom.site}";
    const headers = { "X-Tenant": "${prop:tenant}", "X-Secret": "${secret:path}", "X-Site": "${data:task.custom.site}" };
    const found = await delivered(t, { path, headers });
    assert.equal(found.one?.line, "POST /t1/s3cret-path/TKT%2F1?site=..%2Fa%20b");
    assert.deepEqual(
      [found.headers["x-tenant"], found.headers["x-secret"], found.headers["x-site"]],
      ["t1", "s3cret-path", "..%2Fa%20b"],
    );
    assert.match(found.outcome.request, /^POST http:\/\/127\.0\.0\.1:\d+\/t1\/\$\{secret:path\}\/TKT%2F1\?site=/);
    assertMasked(found.outcome);
  });

  test("a signed webhook is accepted by a receiver with the reference package, for either key", async (t) => {
    const { outcome, headers, body } = await delivered(
      t,
      { auth: { kind: "standardWebhooks", keys: ["old", "new"] } },
      { a: "ü" },
    );
    assert.equal(outcome.class, "done");
    for (const name of ["old", "new"]) {
      assert.deepEqual(new Webhook(SECRETS[name] ?? "").verify(body, headers as Record<string, string>), { a: "ü" });
    }
    assert.equal(headers["webhook-id"], "dlv-0001");
  });

  test("the authentication's header takes the place of one set by hand", async (t) => {
    const auth = { kind: "basic", user: "desk", password: "password" } as const;
    const { headers, outcome } = await delivered(t, { auth, headers: { authorization: "Bearer mine" } });
    assert.equal(headers.authorization, `Basic ${Buffer.from("desk:pass wörd/1").toString("base64")}`);
    assert.match(outcome.request, /^Authorization: \*\*\*$/m);
    assertMasked(outcome);
  });
});

suite("what cannot be sent", () => {
  const refused = async (
    t: TestContext,
    api: Partial<RestApi> & { url?: string },
    value: unknown = {},
    more?: Parameters<typeof parcelOf>[2],
  ) => {
    const { url = "http://127.0.0.1:9/", ...rest } = api;
    const parcel = parcelOf(restApi(url, rest), value, more);
    const transport = transportOf(t);
    const outcome = await transport.send(parcel, never);
    await assert.rejects(transport.show(parcel), (error) => error instanceof Failure && error.code === outcome.code);
    assert.deepEqual(brief(outcome), ["permanent", "invalid_request"], outcome.detail ?? "");
    return outcome.detail ?? "";
  };

  test("place-holders of nothing, of no kind, or where a stranger's data may not stand", async (t) => {
    for (const [url, says] of [
      ["http://127.0.0.1:9/${prop:nope}", /no property named nope/],
      ["http://127.0.0.1:9/${secret:toString}", /no secret named toString/],
      ["http://127.0.0.1:9/${data:task.nope}", /no value at task\.nope/],
      ["http://127.0.0.1:9/${data:task.__proto__.x}", /no value/],
      ["http://127.0.0.1:9/${data:task}", /no value/],
      ["http://127.0.0.1:9/${env:HOME}", /none of the place-holders/],
      ["http://127.0.0.1:9/${data:task.number", /none of the place-holders/],
      ["http://${data:task.number}.example/", /behind the host/],
      ["${data:task.number}://x/", /behind the host/],
      ["http://x${data:task.number}", /behind the host/],
      ["http://127.0.0.1:9/a/../b", /dots only/],
    ] as const) {
      assert.match(await refused(t, { url }), says);
    }
  });

  test("a path that a stranger's data would turn elsewhere", async (t) => {
    for (const site of ["..", ".", "%2e%2E"]) {
      const input = { task: { custom: { site } } };
      const url = "http://127.0.0.1:9/tasks/${data:task.custom.site}/close";
      if (site.includes("%"))
        assert.equal((await transportOf(t).send(parcelOf(restApi(url), {}, { input }), never)).code, "connect");
      else assert.match(await refused(t, { url }, {}, { input }), /dots only/);
    }
    const system = { properties: { tenant: "x/%2e%2e" } };
    assert.match(await refused(t, { url: "http://127.0.0.1:9/${prop:tenant}/y" }, {}, { system }), /dots only/);
  });

  test("headers no request may carry", async (t) => {
    const wrong: Record<string, string>[] = [
      ...[{ "Bad Name": "x" }, { "X-A": "a\r\nb" }, { "X-A": "ü" }, { Host: "evil" }, { "Transfer-Encoding": "chunked" }],
      ...[{ "Content-Length": "1" }, { Connection: "close" }, { "webhook-id": "x" }, { "Idempotency-Key": "x" }, { "": "x" }],
    ];
    for (const headers of wrong) await refused(t, { headers });
    await refused(t, { headers: { "X-A": "${prop:tenant}" } }, {}, { system: { properties: { tenant: "a\nb" } } });
    await refused(t, { auth: { kind: "apiKey", header: "Host", key: "password" } });
  });

  test("values that do not fit the kind of body, and lists of statuses that are none", async (t) => {
    await refused(t, { body: "json" }, "{broken");
    await refused(t, { body: "xml" }, { a: 1 });
    await refused(t, { body: "text" }, { a: 1 });
    await refused(t, { body: "form" }, "a=b");
    await refused(t, { body: "form" }, { a: { b: 1 } });
    await refused(t, { success: "2xx" });
    const { secrets } = parcelOf(restApi("http://x/")).input;
    for (const [secret, xml] of [
      ["a]]>b", `<a><![CDATA[${secrets["path"]}]]></a>`],
      ["a]]", `<a><![CDATA[${secrets["path"]}>]]></a>`],
    ] as const) {
      const says = await refused(t, { body: "xml" }, xml, { system: { secrets: { path: secret } } });
      assert.match(says, /CDATA/);
    }
  });

  test("forbidden addresses, with nothing sent", async (t) => {
    for (const url of ["http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://0x0a000001/"]) {
      const outcome = await transportOf(t).send(parcelOf(restApi(url)), never);
      assert.deepEqual([...brief(outcome), outcome.answer, outcome.parsed], ["permanent", "forbidden_address", null, null]);
    }
  });
});

test("a request is shown as it would leave, without a call and without a secret", async (t) => {
  const partner = await noting(t);
  const { input } = parcelOf(restApi("http://x/"));
  const api = restApi(`${partner.url}/\${secret:path}`, {
    headers: { "X-Own": "v ${secret:path}", Cookie: "a=b" },
    auth: { kind: "oauth2", tokenUrl: "https://t.example/", clientId: "c", clientSecret: "password", scope: null },
  });
  const shown = await transportOf(t).show(parcelOf(api, { key: input.secrets["token"], number: "TSK-1" }));
  const lines = shown.split("\n");
  assert.equal(lines[0], `POST ${partner.url}/\${secret:path}`);
  for (const line of [
    "X-Own: v ${secret:path}",
    "Cookie: ***",
    "Authorization: ***",
    "webhook-id: dlv-0001",
    "User-Agent: Crossdesk",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.match(lines.at(-1) ?? "", /"number":"TSK-1"/);
  assert.doesNotMatch(shown, OTHER_SECRETS);
  assert.equal(partner.arrived.length, 0);
  const long: Parcel = parcelOf(restApi("http://x/", { body: "text" }), "é".repeat(100_000));
  assert.ok(Buffer.byteLength(await transportOf(t).show(long)) <= 64 * 1024);
});
