// Bodies, conditions and answers in JSONata.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Rendered } from "../../src/outbound/ports.ts";
import { checkExpression } from "../../src/outbound/render/check.ts";
import { packInput } from "../../src/outbound/render/pack.ts";
import { createDoer } from "../../src/outbound/render/work.ts";
import { someInput } from "./render/subjects.ts";

const work = createDoer({ timeMs: 1000, resultBytes: 10_000 });
const input = packInput(someInput());

async function run(body: string, condition: string | null = null): Promise<Rendered> {
  return JSON.parse(await work({ kind: "render", language: "jsonata", body, condition, input })) as Rendered;
}

async function failureOf(body: string): Promise<string> {
  const rendered = await run(body);
  assert.equal(rendered.kind, "failed", JSON.stringify(rendered));
  return (rendered as { message: string }).message;
}

suite("a body in JSONata", () => {
  test("it is any JSON value of the data", async () => {
    const body =
      '{"number": task.number, "high": task.priority = "High", "by": props.caller, "auth": secrets.token, "none": null}';
    const value = { number: "T-1042", high: true, by: "desk-7", auth: "marker-token-", none: null };
    assert.deepEqual(await run(body), { kind: "body", value });
    assert.deepEqual(await run('"text"'), { kind: "body", value: "text" });
    assert.deepEqual(await run("[1..3]"), { kind: "body", value: [1, 2, 3] });
    assert.deepEqual(await run('$lookup(appFields, "Ticketing.TaskClosure-Task_Number")'), { kind: "body", value: "T-1042" });
  });

  test("a condition that is anything but true sends nothing", async () => {
    assert.deepEqual(await run("1", 'event.requestType = "Submit Request"'), { kind: "body", value: 1 });
    for (const condition of ["false", "1", '"true"', "nothing.there", "[true, true]"]) {
      assert.deepEqual(await run("1", condition), { kind: "skipped" }, condition);
    }
    assert.equal((await run("1", "(")).kind, "failed");
  });

  test("$stop ends it as done, $error as failed, in body and condition", async () => {
    assert.deepEqual(await run('task.number = "T-1042" ? $stop("not ours") : 1'), { kind: "stopped", message: "not ours" });
    assert.deepEqual(await run("1", '$stop("by the condition")'), { kind: "stopped", message: "by the condition" });
    assert.deepEqual(await run('$error("no room given")'), { kind: "failed", code: "expression", message: "no room given" });
    assert.deepEqual(await run('$map([1,2], function($x){ $error("deep") })'), {
      kind: "failed",
      code: "expression",
      message: "deep",
    });
  });

  test("$api chooses where the payload goes; the one named last counts", async () => {
    assert.deepEqual(await run('$api("messages", {"n": task.number})'), {
      kind: "body",
      value: { n: "T-1042" },
      api: "messages",
    });
    assert.deepEqual(await run('($api("a", 1); $api("b", 2))'), { kind: "body", value: 2, api: "b" });
    assert.match(await failureOf("$api(1, 2)"), /takes the name of an API definition/);
  });

  test("value tables translate both ways, with another word for what they lack", async () => {
    assert.deepEqual(await run('$theirs("priority", task.priority)'), { kind: "body", value: "1" });
    assert.deepEqual(await run('$ours("priority", "3")'), { kind: "body", value: "Low" });
    assert.deepEqual(await run('$theirs("priority", "Odd", "2")'), { kind: "body", value: "2" });
    assert.deepEqual(await run('[$theirs("priority", nothing.there)]'), { kind: "body", value: [] });
    assert.match(await failureOf('$theirs("priority", "Hgh")'), /"priority" has no word "Hgh".*"High"/);
    assert.match(await failureOf('$ours("prio", "1")'), /no value table "prio".*"priority"/);
    assert.match(await failureOf('$theirs("constructor", "1")'), /no value table/);
  });

  test("what is no JSON is a failure that says so", async () => {
    assert.match(await failureOf("nothing.there"), /gives nothing/);
    assert.match(await failureOf("function($x){$x}"), /is a function/);
    assert.match(await failureOf('{"a": {"b": $uppercase}}'), /in "b" a function/);
    assert.match(await failureOf("1/0"), /out of range/);
    const large = await run('$pad("x", 20000)');
    assert.deepEqual([large.kind, "code" in large && large.code], ["failed", "size"]);
  });

  test("a mistake is told with its place", async () => {
    assert.match(await failureOf('{"a": 1,\n "b": }'), /line 2/);
    assert.match(await failureOf("$nosuch(1)"), /line 1/);
    assert.match(await failureOf("#REPLACE-FORMFIELD-Subject#"), /\$lookup\(appFields/);
    assert.match(await failureOf('$eval("1")'), /not available/);
  });

  test("one run leaves nothing to the next", async () => {
    await run("($kept := 1; $kept)");
    assert.match(await failureOf("$kept"), /gives nothing/);
  });
});

suite("an expression over an answer", () => {
  const ask = async (expression: string, answer: unknown): Promise<unknown> =>
    JSON.parse(await work({ kind: "evaluate", expression, input: answer }));

  test("it gives what it finds, null for nothing", async () => {
    const answer = { status: 201, headers: { location: "/i/9" }, body: { result: { number: "INC9" } } };
    assert.deepEqual(await ask("body.result.number", answer), { kind: "ok", value: "INC9" });
    assert.deepEqual(await ask("body.nothing", answer), { kind: "ok", value: null });
    assert.deepEqual(await ask("status", answer), { kind: "ok", value: 201 });
    assert.deepEqual(await ask("body", { body: "plain" }), { kind: "ok", value: "plain" });
  });
});

suite("a body is checked before it is kept", () => {
  test("what is wrong is said in words, and where", () => {
    assert.equal(checkExpression("jsonata", '{"a": task.number}'), null);
    assert.match(checkExpression("jsonata", '{"a": \n') ?? "", /line 2/);
    assert.match(checkExpression("jsonata", "x".repeat(70_000)) ?? "", /65536/);
    assert.equal(checkExpression("liquid", "{% if task %}{{ task.number }}{% endif %}"), null);
    assert.match(checkExpression("liquid", "{% if task %}\n{{ task.number | nosuch }}") ?? "", /line/);
    assert.match(checkExpression("liquid", "#REPLACE-EXTFIELD-a#") ?? "", /only EXTAPPFIELD and FORMFIELD/);
    assert.match(checkExpression("python" as "jsonata", "1") ?? "", /no language "python"/);
  });

  test("it runs nothing", () => {
    assert.equal(checkExpression("jsonata", '$error("run")'), null);
    assert.equal(checkExpression("liquid", '{% error "run" %}'), null);
  });

  test("no text is nested too deep for it", () => {
    for (const body of ["(".repeat(65_000), "a.".repeat(32_000), "/*".repeat(30_000), "[".repeat(65_000), "1+".repeat(30_000)]) {
      assert.notEqual(checkExpression("jsonata", body), null);
    }
    for (const body of ["{% if a %}".repeat(6000), "{%".repeat(32_000), "{{".repeat(32_000), `{{ a${"[".repeat(60_000)}}}`]) {
      assert.notEqual(checkExpression("liquid", body), null);
    }
  });
});
