// Keeps the style of the design: short functions, short files, few parameters, words where a reader needs them.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { functionsOf } from "./helpers/functions.ts";
import { readSources, type Source } from "./helpers/sources.ts";

const MOST_FILE_LINES = 250;
const MOST_FUNCTION_LINES = 60;
const NINE_IN_TEN_LINES = 35;
const HALF_LINES = 12;
const MOST_PARAMETERS = 4;

/** Files that may be longer, each with its reason: one table that would be harder to read in two, or made by a script. */
const LONG_TABLES: Readonly<Record<string, string>> = {
  "src/settings.ts": "one table, read by everybody who runs it",
  "src/inbound/rest/contract-types.ts": "made from the contract, read by the compiler",
};

/** The only files that may look at the environment; everything else is handed its settings. */
const ENVIRONMENT_READERS = ["src/main.ts", "src/cli.ts", "src/settings.ts"];

const product = readSources("src/**/*.ts", "migrations/*.ts");
const everything = readSources("{src,migrations,test,scripts,bench}/**/*.{ts,js}", "bin/*.js");
const functions = product.flatMap(functionsOf);

function lineCount({ text }: Source): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** The value below which the given share of the sorted numbers lies. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/** How many lines of comment a file opens with. */
function openingLines({ text }: Source): number {
  const lines = text.replace(/^#!.*\n/, "").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return end === -1 ? lines.length : end;
}

/** Exported functions without a doc comment, as `file:name`, with the length of each. */
function undocumented(source: Source): { name: string; lines: number }[] {
  const measured = new Map(functionsOf(source).map((one) => [one.line, one.lines]));
  const lines = source.text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1];
    if (name === undefined || /\*\/\s*$/.test(lines[index - 1] ?? "")) return [];
    return [{ name, lines: measured.get(index + 1) ?? 1 }];
  });
}

suite("style", () => {
  test("functions are short", () => {
    const long = functions.filter((one) => one.lines > MOST_FUNCTION_LINES);
    assert.deepEqual(
      long.map((one) => `${one.file}:${one.line} ${one.name}: ${one.lines} lines`),
      [],
    );
    const lengths = functions.map((one) => one.lines);
    assert.ok(lengths.length > 100, "the functions were found");
    assert.ok(quantile(lengths, 0.5) <= HALF_LINES, `half of the functions have up to ${quantile(lengths, 0.5)} lines`);
    assert.ok(quantile(lengths, 0.9) <= NINE_IN_TEN_LINES, `nine in ten have up to ${quantile(lengths, 0.9)} lines`);
  });

  test("functions take few parameters", () => {
    const wide = functions.filter((one) => one.parameters > MOST_PARAMETERS);
    assert.deepEqual(
      wide.map((one) => `${one.file}:${one.line} ${one.name}: ${one.parameters} parameters`),
      [],
    );
  });

  test("a long or wide function is seen", () => {
    const text = `export function wide(a: number, b, c, d, e): void {\n${"  a += 1;\n".repeat(60)}}\n`;
    const [found] = functionsOf({ file: "x.ts", text });
    assert.deepEqual(found, { file: "x.ts", name: "wide", line: 1, lines: 62, parameters: 5 });
  });

  test("files are short, but for tables with a reason", () => {
    const long = everything.filter((source) => lineCount(source) > MOST_FILE_LINES && !(source.file in LONG_TABLES));
    assert.deepEqual(
      long.map((source) => `${source.file}: ${lineCount(source)} lines`),
      [],
    );
    const gone = Object.keys(LONG_TABLES).filter((file) => everything.every((source) => source.file !== file));
    assert.deepEqual(gone, [], "exceptions that no file needs");
  });

  test("every file opens with one to three lines that say what it is", () => {
    const wrong = everything.filter((source) => openingLines(source) < 1 || openingLines(source) > 3);
    assert.deepEqual(
      wrong.map((source) => `${source.file}: ${openingLines(source)} lines`),
      [],
    );
  });

  // The opening comment of a file may stand for one function; very short ones say what they do by themselves.
  test("exported functions are documented", () => {
    const wrong = product.flatMap((source) => {
      const silent = undocumented(source).filter((one) => one.lines > 3);
      return silent.slice(1).map((one) => `${source.file}: ${one.name}`);
    });
    assert.deepEqual(wrong, []);
  });

  test("the environment is read in one place", () => {
    const wrong = product.filter(({ file, text }) => /\bprocess\s*\.\s*env\b/.test(text) && !ENVIRONMENT_READERS.includes(file));
    assert.deepEqual(
      wrong.map(({ file }) => file),
      [],
    );
  });

  test("nothing is left for later", () => {
    const words = /\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error|nocheck)/;
    const wrong = everything.filter(({ file, text }) => file !== "test/style.test.ts" && words.test(text));
    assert.deepEqual(
      wrong.map(({ file }) => file),
      [],
    );
  });
});
