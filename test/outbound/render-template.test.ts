// Bodies as templates: what they put out, how values are escaped for the place they stand in, and the placeholders.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import type { Rendered, RenderInput } from "../../src/outbound/ports.ts";
import { packInput } from "../../src/outbound/render/pack.ts";
import { createDoer } from "../../src/outbound/render/work.ts";
import { someInput, TASK, withSubject } from "./render/subjects.ts";

const work = createDoer({ timeMs: 1000, resultBytes: 1_000_000 });

async function run(body: string, input: RenderInput = someInput()): Promise<Rendered> {
  return JSON.parse(
    await work({ kind: "render", language: "liquid", body, condition: null, input: packInput(input) }),
  ) as Rendered;
}

async function made(body: string, input?: RenderInput): Promise<unknown> {
  const rendered = await run(body, input);
  assert.equal(rendered.kind, "body", JSON.stringify(rendered));
  return (rendered as { value: unknown }).value;
}

async function failureOf(body: string, input?: RenderInput): Promise<string> {
  const rendered = await run(body, input);
  assert.equal(rendered.kind, "failed", JSON.stringify(rendered));
  return (rendered as { message: string }).message;
}

const HOSTILE = `a "b" \\ <c> & 'd' ]]> --> {{ x }} {% y %} #REPLACE-FORMFIELD-Room# ", "admin": true`;

suite("a template", () => {
  test("it is text, with logic and filters", async () => {
    const body =
      '{% if task.priority == "High" %}!{% endif %} {{ task.number }}: {{ task.subject | upcase }} {{ nothing.there }}';
    assert.equal(await made(body), "! T-1042: REPLACE THE DRUM ");
    assert.equal(await made("{{ event.at | date: '%d.%m.%Y %H:%M' }}"), "01.03.2026 08:30");
    assert.equal(await made('{{ task.custom["Asset tag"] }}/{{ task.priority | theirs: "priority" }}'), "P-77/1");
    assert.equal(await made('{{ "3" | ours: "priority" }} {{ "9" | ours: "priority", "Odd" }}'), "Low Odd");
    assert.match(await failureOf('{{ "9" | ours: "priority" }}'), /no word "9"/);
  });

  test("it can end as stopped or failed", async () => {
    assert.deepEqual(await run('{% stop "not for " | append: task.number %}'), { kind: "stopped", message: "not for T-1042" });
    assert.deepEqual(await run('{% api "tell" %}x'), { kind: "body", value: "x", api: "tell" });
    assert.deepEqual(await run('{% error "no room" %}'), { kind: "failed", code: "expression", message: "no room" });
  });

  test("nothing of the machine, and no other template, can be reached", async () => {
    for (const tag of ["include", "render", "layout"]) {
      assert.match(await failureOf(`{% ${tag} "/etc/passwd" %}`), /not found/, tag);
    }
    assert.equal(await made("{{ process.env }}{{ task.constructor }}{{ task.__proto__ }}{{ event.constructor.name }}"), "");
    assert.match(await failureOf("{{ task.subject | raw }}"), /raw/);
  });
});

suite("a template of JSON", () => {
  test("it is parsed; values stand in strings or for themselves", async () => {
    const body =
      '{"s": "{{ task.subject }}", "n": {{ event.position }}, "v": {{ task.subject }}, "x": {{ task.solution }}, "c": {{ task.custom | json }}}';
    const value = { s: HOSTILE, n: 7, v: HOSTILE, x: null, c: TASK.custom };
    assert.deepEqual(await made(body, withSubject(HOSTILE)), value);
    assert.deepEqual(
      await made("[{% for p in (1..3) %}{{ p }}{% unless forloop.last %},{% endunless %}{% endfor %}]"),
      [1, 2, 3],
    );
    assert.deepEqual(await made('\n{"json": "{{ task.custom | json }}"}'), { json: JSON.stringify(TASK.custom) });
  });

  test("what is no JSON in the end is a failure", async () => {
    assert.match(await failureOf('{"a": {{ task.subject }}'), /not JSON/);
    assert.match(await failureOf('{"a": "\\{{ task.subject }}"}'), /backslash/);
  });

  test("whatever a subject is, it arrives as it is and nothing else with it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (subject) => {
        const body =
          '{% capture kept %}{"in": "{{ task.subject }}"}{% endcapture %}{"a": "{{ task.subject }}", "b": {{ kept }}, "c": "#REPLACE-FORMFIELD-Subject#", "d": #REPLACE-FORMFIELD-Subject#}';
        const value = await made(body, withSubject(subject));
        const arrived = subject.toWellFormed().replace(/[\uFDD0\uFDD1]/g, "\uFFFD");
        assert.deepEqual(value, { a: arrived, b: { in: arrived }, c: arrived, d: arrived });
      }),
      { numRuns: 200 },
    );
  });
});

suite("a template of XML", () => {
  const read = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: true,
    htmlEntities: true,
  });

  test("values are escaped in texts, attributes, sections and comments", async () => {
    const body =
      "<t a=\"{{ task.subject }}\" b='{{ task.subject }}'>{{ task.subject }}<s><![CDATA[{{ task.subject }}]]></s><!-- {{ task.subject }} --></t>";
    const text = String(await made(body, withSubject(HOSTILE)));
    const { t } = read.parse(text) as { t: Record<string, string> };
    assert.deepEqual([t["@_a"], t["@_b"], t["#text"], t["s"]], [HOSTILE, HOSTILE, HOSTILE, HOSTILE]);
  });

  test("it may begin after tags and empty lines, with a declaration", async () => {
    const body = '\n{% assign who = "Ana" %}\n<?xml version="1.0" encoding="UTF-8"?>\n<t>{{ who }}</t>\n';
    assert.equal(await made(body), '<?xml version="1.0" encoding="UTF-8"?>\n<t>Ana</t>');
  });

  test("a value is not escaped twice when the template does it, and captured elements stay elements", async () => {
    const body = "<t>{{ task.subject | xml }}{% capture e %}<e>{{ task.subject }}</e>{% endcapture %}{{ e }}</t>";
    assert.equal(await made(body, withSubject("a<b")), "<t>a&lt;b<e>a&lt;b</e></t>");
  });

  test("a value cannot stand where XML allows none", async () => {
    assert.equal(
      await made("<{{ task.custom.Name }}/>", someInput({ task: { ...TASK, custom: { Name: "incident" } } })),
      "<incident/>",
    );
    assert.match(await failureOf("<{{ task.subject }}/>"), /inside a tag/);
    assert.match(await failureOf("<t a={{ task.subject }}/>"), /inside a tag/);
    assert.match(await failureOf("<?x {{ task.subject }}?><t/>"), /processing instruction/);
  });

  test("what is not well-formed, or declares a document type, is a failure", async () => {
    for (const body of ["<a><b></a>", "<a/><b/>", "<a>&nope;</a>", "<p:a/>", "<a b=1/>"]) {
      assert.match(await failureOf(body), /well-formed/, body);
    }
    assert.match(await failureOf('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), /well-formed/);
  });

  test("whatever a subject is, it arrives as it is and nothing else with it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(..."ab<>&\"'-]!?[/{}%# \t\n\r\u0000\u0085é😀") }), async (subject) => {
        const body =
          '<t a="{{ task.subject }}"><x>[{{ task.subject }}]</x><y><![CDATA[{{ task.subject }}>]]></y><!--{{ task.subject }}--></t>';
        const { t } = read.parse(String(await made(body, withSubject(subject)))) as { t: Record<string, string> };
        const arrived = subject.replaceAll("\u0000", "\uFFFD");
        assert.deepEqual(
          Object.keys(t).filter((key) => key !== "@_a" && key !== "#text"),
          ["x", "y"],
        );
        assert.equal(t["@_a"], arrived);
        assert.equal(t["x"], `[${arrived}]`);
        assert.equal(t["y"], `${arrived}>`);
      }),
      { numRuns: 200 },
    );
  });
});

suite("placeholders of external integrations", () => {
  const number = "#REPLACE-EXTAPPFIELD-Ticketing.TaskAssignment-Task_Number#";

  test("they stand for app fields and form fields, in every kind of template", async () => {
    assert.equal(await made(`Task ${number}, room #REPLACE-FORMFIELD-Room#`), "Task T-1042, room 3.17");
    assert.deepEqual(await made(`{"n": "${number}", "t": #REPLACE-FORMFIELD-Asset tag#}`), { n: "T-1042", t: "P-77" });
    assert.equal(await made("<t>#REPLACE-FORMFIELD-Subject#</t>", withSubject("a<b")), "<t>a&lt;b</t>");
    assert.equal(await made("#REPLACE-EXTAPPFIELD-Ticketing.TaskClosure-Task_ExternalRequestType#"), "Submit Request");
  });

  test("with ||JSON the text is escaped for a JSON string, wherever that stands", async () => {
    const input = withSubject('a "b"\n<c>');
    assert.equal(await made('x {"s": "#REPLACE-FORMFIELD-Subject||JSON#"}', input), 'x {"s": "a \\"b\\"\\n<c>"}');
    assert.deepEqual(await made('{"s": "#REPLACE-FORMFIELD-Subject||JSON#"}', input), { s: 'a "b"\n<c>' });
    assert.equal(
      await made('<t>{"s": "#REPLACE-FORMFIELD-Subject||JSON#"}</t>', input),
      '<t>{"s": "a \\&quot;b\\&quot;\\n&lt;c&gt;"}</t>',
    );
  });

  test("they work inside tags, and where liquid is switched off", async () => {
    assert.equal(await made(`{% if "${number}" == "T-1042" %}yes{% endif %}{{ ${number} | downcase }}`), "yest-1042");
    assert.equal(await made(`x {% raw %}{{ ${number} }}{% endraw %}`), "x {{ T-1042 }}");
    assert.equal(await made('{% if false %}{{ "#REPLACE-FORMFIELD-Nothing#" }}{% endif %}x'), "x");
  });

  test("an unknown one is a failure that names it and what is near", async () => {
    assert.match(await failureOf("#REPLACE-FORMFIELD-Task numbr#"), /"#REPLACE-FORMFIELD-Task numbr#".*"Task number"/);
    const misspelt = "#REPLACE-EXTAPPFIELD-Ticketing.TaskAssignment-Task_Nummer#";
    assert.match(await failureOf(misspelt), /"Ticketing\.TaskAssignment-Task_Number"/);
    assert.match(await failureOf("#REPLACE-FORMFIELD-__proto__#"), /no field/);
  });

  test("a custom app field that this task does not have is empty", async () => {
    assert.equal(await made("room: #REPLACE-EXTAPPFIELD-Ticketing.TaskAssignment-Task_Custom_Floor#."), "room: .");
  });
});
