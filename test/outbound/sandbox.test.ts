// Escapes from where expressions run: each harms nothing, is reported, and the next rendering of the same System works.
import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import type { RenderJob, Rendered } from "../../src/outbound/ports.ts";
import { createRenderer } from "../../src/outbound/render/renderer.ts";
import { someInput } from "./render/subjects.ts";

const input = someInput();
const jsonata = (body: string): RenderJob => ({ language: "jsonata", body, condition: null, input });
const liquid = (body: string): RenderJob => ({ language: "liquid", body, condition: null, input });

type Code = (Rendered & { kind: "failed" })["code"];

/** What is tried, and the codes under which it may be reported. */
const ESCAPES: readonly (readonly [name: string, job: RenderJob, ...codes: Code[]])[] = [
  ["a text is run as an expression", jsonata('$eval("1")'), "expression"],
  ["the constructor of a constructor", jsonata('constructor.constructor("return process")()'), "expression"],
  ["the constructor of a function", jsonata('$uppercase.constructor("return process")()'), "expression"],
  ["the constructor by $lookup", jsonata('$lookup($lookup($, "constructor"), "constructor")'), "expression"],
  ["the prototype", jsonata("__proto__.constructor"), "expression"],
  ["the globals", jsonata("$process.env"), "expression"],
  ["a module", jsonata('$require("fs").readFileSync("/etc/passwd")'), "expression"],
  ["a function as the result", jsonata("$string"), "expression"],
  ["a name of the library's own in an object", jsonata('{"_jsonata_lambda": true, "body": {}}'), "expression"],
  ["recursion without end", jsonata("($f := function($n){ 1 + $f($n) }; $f(1))"), "expression", "memory"],
  ["a loop without end", jsonata("($f := function(){ $f() }; $f())"), "time"],
  ["a condition without end", { ...jsonata("1"), condition: "($f := function(){ $f() }; $f())" }, "time"],
  ["a search that takes for ever", jsonata('$match($pad("", 40, "a") & "b", /^(a+)+$/)'), "time"],
  ["a replacement that takes for ever", jsonata('$replace($pad("", 40, "a") & "b", /(a|aa)+$/, "")'), "time"],
  ["a sorting that never settles", jsonata("$sort([1..90000], function($a, $b){ true })"), "time", "expression"],
  ["a range of ten millions", jsonata("[1..10000000]"), "memory"],
  ["a range of ranges", jsonata("[1..90000].[1..90000]"), "memory", "time"],
  ["a text that doubles", jsonata('($d := function($s){ $d($s & $s) }; $d("aaaaaaaa"))'), "memory", "time"],
  ["a padding of a billion", jsonata('$pad("", 1000000000)'), "memory"],
  ["a result beyond the limit", jsonata('$pad("", 2000000)'), "size"],
  ["many results beyond the limit", jsonata("[1..90000].{'a': $, 'b': 'some text in each of them'}"), "size", "time"],
  ["a loop of a billion in liquid", liquid("{% for i in (1..1000000000) %}x{% endfor %}"), "memory"],
  [
    "loops in loops in liquid",
    liquid("{% for i in (1..9999) %}{% for j in (1..999) %}{% for k in (1..99) %}{% endfor %}{% endfor %}{% endfor %}"),
    "time",
    "memory",
  ],
  [
    "a text that doubles in liquid",
    liquid('{% assign s = "aaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}'),
    "memory",
    "time",
  ],
  ["a padding in a date", liquid('{{ "now" | date: "%999999999Y" }}'), "memory", "expression", "size"],
  ["a result beyond the limit in liquid", liquid("{% for i in (1..99999) %}some text of a line{% endfor %}"), "size", "time"],
  ["a file by include", liquid('{% include "/etc/passwd" %}'), "expression"],
  ["a file by render", liquid('{% render "/etc/passwd" %}'), "expression"],
  ["a file by layout", liquid('{% layout "/etc/passwd" %}'), "expression"],
  ["a file by an entity", liquid('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), "expression"],
  ["entities of entities", liquid('<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'), "expression"],
  ["no escaping", liquid("<a>{{ task.subject | raw }}</a>"), "expression"],
  ["a language there is not", { ...jsonata("1"), language: "constructor" as "jsonata" }, "expression"],
];

suite("escapes", () => {
  const renderer = createRenderer({ timeMs: 700 });
  after(() => renderer.close());

  for (const [name, job, ...codes] of ESCAPES) {
    test(name, async () => {
      const [reported, next] = await Promise.all([renderer.render(job), renderer.render(jsonata("task.number"))]);
      assert.equal(reported.kind, "failed", JSON.stringify(reported).slice(0, 500));
      const { code, message } = reported as Rendered & { kind: "failed" };
      assert.ok(codes.includes(code), `${code}: ${message}`);
      assert.ok(message !== "" && message.length < 700);
      assert.deepEqual(next, { kind: "body", value: "T-1042" });
    });
  }

  test("what is no data is nothing in a template", async () => {
    const body = "{{ process.env }}{{ global }}{{ task.constructor.constructor }}{{ this }}{{ [run] }}.";
    assert.deepEqual(await renderer.render(liquid(body)), { kind: "body", value: "." });
  });

  test("an own name of an object's prototype stays a name", async () => {
    const body = '{"__proto__": {"polluted": true}, "constructor": 1}';
    const rendered = await renderer.render(jsonata(body));
    assert.equal(JSON.stringify(rendered), '{"kind":"body","value":{"__proto__":{"polluted":true},"constructor":1}}');
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.equal((await renderer.render(jsonata("polluted"))).kind, "failed");
  });

  test("an answer of a partner cannot hold up or break anything either", async () => {
    assert.deepEqual(await renderer.evaluate("body.id", { body: { id: 7 } }), { ok: 7 });
    const endless = await renderer.evaluate("$match(body, /^(a+)+$/)", { body: `${"a".repeat(40)}b` });
    assert.ok("failed" in endless && /time limit/.test(endless.failed));
    assert.ok("failed" in (await renderer.evaluate("$eval(body)", { body: "1" })));
    assert.ok("failed" in (await renderer.evaluate("$theirs('a', 'b')", {})));
  });

  test("a body is checked there without being run", async () => {
    assert.equal(await renderer.check("liquid", "{{ task.number }}"), null);
    assert.match((await renderer.check("jsonata", "(1")) ?? "", /line 1/);
  });
});
