// Log lines: JSON of one line each, its head first, nothing endless, nothing that is not there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, type LogFields, lineText } from "../../src/lib/log.ts";

const AT = Date.UTC(2026, 0, 31, 15, 30);

function lineOf(event: string, fields?: LogFields): string {
  const lines: string[] = [];
  createLog(
    "info",
    (line) => lines.push(line),
    () => AT,
  )("warn", event, fields);
  assert.equal(lines.length, 1);
  return lines[0] ?? "";
}

test("a line begins with time, level and event, and has its fields in their order without those that are undefined", () => {
  const fields = { task: 'TSK-1 "x"\n', status: 200, provider: undefined, caller: null, quiet: false };
  assert.equal(
    lineOf("message.answered", fields),
    '{"time":"2026-01-31T15:30:00.000Z","level":"warn","event":"message.answered","task":"TSK-1 \\"x\\"\\n","status":200,"caller":null,"quiet":false}',
  );
});

test("a line without fields is its head", () => {
  const head = { time: "2026-01-31T15:30:00.000Z", level: "warn", event: "gateway.stopping" };
  assert.deepEqual(JSON.parse(lineOf("gateway.stopping")), head);
  assert.deepEqual(JSON.parse(lineOf("gateway.stopping", { signal: undefined })), head);
  assert.equal(JSON.parse(lineText("error", "gateway.died", {})).event, "gateway.died");
});

test("long texts are cut at 2,000 characters, and no others", () => {
  const { long, short } = JSON.parse(lineOf("mailbox.failed", { long: "x".repeat(5000), short: "y".repeat(2000) }));
  assert.deepEqual([long, short], ["x".repeat(2000), "y".repeat(2000)]);
});

test("what is below the least level is not written", () => {
  const lines: string[] = [];
  const log = createLog("warn", (line) => lines.push(line));
  log("info", "message.answered");
  log("debug", "message.answered");
  assert.deepEqual(lines, []);
});
