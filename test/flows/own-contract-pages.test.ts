// What the pages say of the example contract stands in its table word for word, every entry of the table is told, and a mistake that
// soap.md shows is told as it shows it.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test } from "node:test";
import { loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { VALUE_TYPES } from "../../src/inbound/soap/types/values.ts";
import { ROOT } from "../helpers/sources.ts";

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const TABLE = read("examples/contract/FieldService.binding.json");
const README = read("examples/contract/README.md");
const PAGE = read("docs/contracts.md");

/** All names of entries in a table, but those that are names of the WSDL or words of the operator. */
function entriesOf(value: unknown, free = false): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(free ? [] : [name]),
    ...entriesOf(inner, ["operations", "elements", "constants", "values", "result", "refusal"].includes(name)),
  ]);
}

suite("the pages on a contract of one's own", () => {
  test("the table is shown word for word", () => {
    const blocks = [...README.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
    assert.ok(blocks.length >= 8);
    for (const block of blocks) assert.ok(TABLE.includes(block), block);
  });

  test("every entry that the table uses is told of on both pages, every operation on the example's", () => {
    const entries = [...new Set(entriesOf(JSON.parse(TABLE)))];
    assert.ok(entries.length > 20, entries.join(" "));
    for (const entry of entries) {
      assert.ok(README.includes(`\`${entry}\``) || README.includes(`"${entry}"`), `README: ${entry}`);
      assert.ok(PAGE.includes(`\`${entry}\``) || PAGE.includes(`"${entry}"`), `contracts.md: ${entry}`);
    }
    for (const name of Object.keys(JSON.parse(TABLE).operations)) assert.ok(README.includes(name), name);
  });

  test("every type is told of", () => {
    const told = PAGE.slice(PAGE.indexOf("## How values are read"));
    const families = /^(unsigned\w+|non\w+|negative\w+|positive\w+|short|int)$/;
    for (const { name } of VALUE_TYPES.filter((type) => !families.test(type.name))) assert.ok(told.includes(`\`${name}\``), name);
  });

  test("a mistake is told as the page shows it", () => {
    const says = /`…(\/FieldService\.binding\.json:\d+: [^`]*)`/.exec(PAGE)?.[1] ?? "?";
    const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-page-"));
    try {
      cpSync(path.join(ROOT, "examples/contract"), folder, { recursive: true });
      const [before = "", after = ""] = TABLE.split('"p_strText": "solution",');
      writeFileSync(path.join(folder, "FieldService.binding.json"), before + after);
      assert.throws(
        () => loadContract(path.join(folder, "FieldService.wsdl"), "http://tempuri.org/"),
        (error: Error) => error.message === folder + says,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
