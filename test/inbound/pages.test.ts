// The pages everybody may read.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import supertest from "supertest";
import { parse } from "yaml";
import { createPages } from "../../src/inbound/pages.ts";
import { PROBLEMS } from "../../src/inbound/rest/problem.ts";

const contractPath = fileURLToPath(new URL("../../openapi/gateway.yaml", import.meta.url));

const metrics = async (_request: unknown, response: ServerResponse): Promise<void> => void response.end("metrics");

function pages(reach: () => Promise<unknown> = async () => true, stopping: () => boolean = () => false) {
  const links = [{ href: '/x?a=1&b="2"', text: "<SOAP>" }];
  return supertest(createPages({ contractPath, reach, stopping, metrics, problems: PROBLEMS, links }));
}

test("the first page says what this is and links to the contracts", async () => {
  const { status, text, headers } = await pages().get("/");
  assert.equal(status, 200);
  assert.match(text, /Crossdesk/);
  assert.match(text, /href="\/openapi\.yaml"/);
  assert.match(text, /href="\/x\?a=1&amp;b=&quot;2&quot;">&lt;SOAP&gt;</);
  assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/);
  assert.equal(headers["x-powered-by"], undefined);
});

test("the contract is given as YAML and as JSON, both the same", async () => {
  const yaml = await pages().get("/openapi.yaml").buffer(true);
  const json = await pages().get("/openapi.json");
  assert.match(yaml.headers["content-type"] ?? "", /^application\/yaml/);
  const text = yaml.text ?? Buffer.from(yaml.body).toString("utf8");
  assert.deepEqual(parse(text), json.body);
  assert.doesNotMatch(JSON.stringify(json.body.paths), /"\$ref":"#\/components\/examples/);
});

test("health tells that the process lives, readiness that it can work", async () => {
  assert.equal((await pages().get("/healthz")).text, "ok\n");
  assert.equal((await pages().get("/readyz")).status, 200);
  assert.equal((await pages().get("/readyz")).headers["cache-control"], "no-store");
  const broken = await pages(() => Promise.reject(new Error("the address of the store"))).get("/readyz");
  assert.equal(broken.status, 503);
  assert.equal(broken.text, "not ready\n", "and nothing of why");
});

test("a database that never answers is not reached, and readiness says so in time", async () => {
  const { status } = await pages(() => new Promise(() => undefined)).get("/readyz");
  assert.equal(status, 503);
});

test("a process on its way down is not ready at once, whatever was found a moment ago; it lives on", async () => {
  let stopping = false;
  const agent = pages(undefined, () => stopping);
  assert.equal((await agent.get("/readyz")).status, 200);
  stopping = true;
  assert.equal((await agent.get("/readyz")).status, 503);
  assert.equal((await agent.get("/healthz")).status, 200);
});

test("readiness is asked at most once a second", async () => {
  let asked = 0;
  const agent = pages(async () => {
    asked += 1;
  });
  await Promise.all([agent.get("/readyz"), agent.get("/readyz"), agent.get("/readyz")]);
  assert.equal(asked, 1);
});

test("every problem type has a page", async () => {
  const agent = pages();
  for (const [code, { status }] of Object.entries(PROBLEMS)) {
    const page = await agent.get(`/problems/${code}`);
    assert.equal(page.status, 200, code);
    assert.match(page.text, new RegExp(`status ${status}`));
  }
  assert.equal((await agent.get("/problems/toString")).status, 404);
});

test("other paths, broken ones and other methods", async () => {
  assert.equal((await pages().get("/nothing")).status, 404);
  assert.equal((await pages().post("/")).status, 404);
  const broken = await pages().get("/problems/%E0%A4%A");
  assert.equal(broken.status, 400);
  assert.doesNotMatch(broken.text, /at |Error/);
});
