// The runner of the tests itself: honest exit codes, a list of what was skipped, node's closing lines last.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { ROOT } from "../helpers/sources.ts";

const HEAD = 'import { test } from "node:test";\n';

function runTests(
  context: TestContext,
  source: string,
  ci: string,
  limits: NodeJS.ProcessEnv = {},
): { status: number | null; lines: string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-runner-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "some.test.ts"), HEAD + source);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));
  const args = [path.join(ROOT, "scripts/test.ts"), folder];
  const run = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...env, CI: ci, CROSSDESK_TEST_FILE_MS: "", ...limits },
  });
  return { status: run.status, lines: `${run.stdout}${run.stderr}`.trim().split("\n") };
}

const PASSES = 'test("passes", () => {});\n';
const SKIPS = 'test("needs a thing", { skip: "not installed: a-thing" }, () => {});\n';

suite("npm test", () => {
  test("a good run ends well, with node's own closing lines", (context) => {
    const { status, lines } = runTests(context, PASSES, "true");
    assert.equal(status, 0);
    assert.match(
      lines.slice(-8).join(" "),
      /^# tests 1 # suites 0 # pass 1 # fail 0 # cancelled 0 # skipped 0 # todo 0 # duration_ms [\d.]+$/,
    );
  });

  test("a failing test, a file that cannot be read, and no test at all end badly", (context) => {
    assert.equal(runTests(context, 'test("fails", () => { throw new Error("no"); });', "").status, 1);
    assert.equal(runTests(context, "this is not a program", "").status, 1);
    const none = spawnSync(process.execPath, ["scripts/test.ts", "test/nothing-here"], { cwd: ROOT, encoding: "utf8" });
    assert.equal(none.status, 1);
  });

  test("a test process that hangs, even when told to end, is ended and the run goes on", (context) => {
    const hangs = 'test("hangs", () => new Promise(() => setInterval(() => {}, 1000)));\nprocess.on("SIGTERM", () => {});\n';
    const { status, lines } = runTests(context, PASSES + hangs, "", { CROSSDESK_TEST_FILE_MS: "500" });
    assert.equal(status, 1);
    assert.ok(lines.includes("# pass 1"), lines.join("\n"));
  });

  test("what was not tested stands in one block with its reason", (context) => {
    const { status, lines } = runTests(context, PASSES + SKIPS, "");
    assert.equal(status, 0);
    const block = lines.slice(lines.indexOf("NOT TESTED in this run:"));
    assert.deepEqual(block.slice(1, 3), ["  not installed: a-thing:", "    - needs a thing"]);
  });

  test("under CI=true a skipped test fails the run", (context) => {
    const { status, lines } = runTests(context, PASSES + SKIPS, "true");
    assert.equal(status, 1);
    assert.ok(lines.includes("  Under CI=true this is a failure."));
  });
});

suite("the command line", () => {
  const crossdesk = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(ROOT, "bin/crossdesk.js"), ...args], { encoding: "utf8" });

  test("hands its arguments over, and its exit code back", () => {
    const help = crossdesk("apply", "--help");
    assert.equal(help.status, 0);
    assert.match(help.stdout, /crossdesk apply -f FILE/);
    assert.notEqual(crossdesk("no-such-command").status, 0);
  });
});
