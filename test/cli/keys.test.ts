// Credentials on the command line, through a running gateway: made, seen, rotated, revoked, and what was called wrongly.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { commandLine } from "../helpers/cli.ts";

let app: TestApp;
before(async () => {
  app = await startApp();
});
after(() => app.close());

const keys = (...args: string[]) =>
  commandLine(["keys", ...args], { env: { CROSSDESK_URL: app.url, CROSSDESK_API_KEY: app.keys.admin } });
const keyIn = (text: string): string => /cdk_\S+/.exec(text)?.[0] ?? "";
const tasksBy = async (key: string): Promise<number> =>
  (await fetch(`${app.url}/v1/tasks`, { headers: { "x-api-key": key } })).status;

test("one is made, seen, rotated and revoked", async () => {
  const made = await keys(
    "create",
    "by-hand",
    "--provider",
    "acme",
    "--scopes",
    "tasks:read",
    "--expires",
    "2099-01-01T00:00:00Z",
  );
  assert.equal(made.code, 0, made.err);
  const first = keyIn(made.out);
  assert.equal(await tasksBy(first), 200);
  const listed = await keys("list");
  const line = listed.out.split("\n").find((one) => one.startsWith("by-hand "));
  assert.match(
    line ?? "",
    /^by-hand {2}api_key {2}provider acme {2}tasks:read {2}until 2099-01-01T00:00:00\.000Z {2}last used \d{4}-/,
  );
  assert.ok(!listed.out.includes("cdk_"));
  const rotated = keyIn((await keys("rotate", "by-hand", "--until", "2020-01-01T00:00:00Z")).out);
  assert.deepEqual([await tasksBy(first), await tasksBy(rotated)], [401, 200]);
  assert.equal((await keys("revoke", "by-hand")).out.trim(), "revoked by-hand");
  assert.equal(await tasksBy(rotated), 401);
});

test("what is wrong is said, with the exit code for it", async () => {
  for (const [args, code, says] of [
    [["turn"], 2, /keys can list, create, rotate and revoke, not "turn"/],
    [["rotate"], 2, /Name the credential/],
    [["create", "x"], 2, /Give either --provider or --role/],
    [["create", "x", "--role", "king"], 2, /--role is ticketing or administrator/],
    [["create", "x", "--provider", "acme", "--expires", "2020-01-01T00:00:00Z"], 2, /--expires is over already/],
    [["rotate", "x", "--until", "soon"], 2, /--until takes a time/],
    [["revoke", "nobody"], 1, /404: There is no credential with this id/],
    [["create", "acme", "--provider", "acme"], 1, /409: There is a credential with this id already/],
  ] as const) {
    const ran = await keys(...args);
    assert.equal(ran.code, code, args.join(" "));
    assert.match(ran.err, says);
  }
});
