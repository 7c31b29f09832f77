// Keeps the flow of the design: who may import whom, no cycles, which stage may use which package.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Import, importsOf, readSources } from "./helpers/sources.ts";

/** What a stage may import. `types` is for types alone, `anything` for values too; what is not named is forbidden. */
type Allowed = Readonly<Record<string, "types" | "anything">>;

/** The files beside the folders are stages of their own. */
const ROOT_STAGES = ["main", "cli", "app", "settings", "demo", "first-start", "site-file"];
const CHANNEL: Allowed = { inbound: "anything", core: "anything", lib: "anything", store: "types" };
const FACE: Allowed = { ...CHANNEL, "outbound/operator": "anything" };

/** Who may import whom. Every stage may import itself; channels know nothing of each other. */
const MAY_IMPORT: Readonly<Record<string, Allowed>> = {
  main: { app: "anything", settings: "anything", lib: "anything" },
  cli: {
    main: "anything",
    app: "anything",
    settings: "anything",
    "site-file": "anything",
    core: "anything",
    store: "types",
    lib: "anything",
  },
  app: Object.fromEntries(
    [
      ...ROOT_STAGES,
      "inbound",
      "inbound/soap",
      "inbound/rest",
      "inbound/email",
      "core",
      "store",
      "outbound",
      "portal",
      "console",
      "lib",
    ].map((stage) => [stage, "anything"]),
  ),
  settings: { lib: "types" },
  demo: { core: "types", store: "types", lib: "anything" },
  "first-start": { demo: "anything", "site-file": "anything", settings: "types", core: "types", store: "types", lib: "anything" },
  "site-file": { "inbound/rest": "anything", "core/errors": "anything", store: "types", lib: "anything" },
  inbound: { core: "anything", lib: "anything", store: "types" },
  "inbound/soap": CHANNEL,
  "inbound/rest": FACE,
  "inbound/email": CHANNEL,
  portal: FACE,
  console: FACE,
  "outbound/operator": { outbound: "anything", core: "anything", lib: "anything", store: "types" },
  outbound: { "outbound/operator": "anything", core: "anything", lib: "anything", store: "types" },
  // Of the core's values only its two tables of constants; every decision is handed to the store as an argument.
  store: { core: "types", "core/errors": "anything", "core/events": "anything", lib: "anything", migrations: "anything" },
  core: { "core/errors": "anything", "core/events": "anything", lib: "anything" },
  "core/errors": {},
  "core/events": { core: "types" },
  lib: {},
  migrations: { store: "types" },
};

/** Packages that belong to one stage. Any other package may be used by channels and faces, never by core or lib. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  knex: ["store", "migrations"],
  mysql2: ["store"],
  "better-sqlite3": ["store"],
  imapflow: ["inbound/email"],
  mailparser: ["inbound/email"],
  soap: ["outbound"],
  "@nats-io/jetstream": ["outbound"],
  "@nats-io/transport-node": ["outbound"],
  "openapi-backend": ["inbound/rest"],
};

/** Files that some may import although the rest of their folder is closed to them. */
const NAMED_FILES: Readonly<Record<string, string>> = {
  "src/core/errors.ts": "core/errors",
  "src/core/events.ts": "core/events",
  "src/outbound/operator.ts": "outbound/operator",
};

/** The stage a file belongs to: the longest row of the table that fits. */
function stageOf(file: string): string {
  if (file.startsWith("migrations/")) return "migrations";
  const named = NAMED_FILES[file];
  if (named) return named;
  const [, folder = "", below = ""] = file.replace(/\.ts$/, "").split("/");
  return `${folder}/${below}` in MAY_IMPORT && file.split("/").length > 3 ? `${folder}/${below}` : folder;
}

const sources = readSources("src/**/*.ts", "migrations/*.ts");
const imports = sources.flatMap(importsOf);

function allowed(one: Import): boolean {
  const [from, to] = [stageOf(one.from), stageOf(one.target)];
  if (from === to) return true;
  const named = one.target in NAMED_FILES ? to.split("/")[0] : undefined;
  const right = MAY_IMPORT[from]?.[to] ?? MAY_IMPORT[from]?.[named ?? to];
  return right === "anything" || (right === "types" && one.typeOnly);
}

function packageOf(target: string): string {
  const parts = target.split("/");
  return target.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? target);
}

/** Files on a cycle of imports that exist at run time, as one path, or null. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of edges.get(file) ?? []) {
      const cycle = walk(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of edges.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return null;
}

const valueEdges = new Map(
  sources.map(({ file }) => [
    file,
    imports.filter((one) => one.from === file && one.relative && !one.typeOnly).map((one) => one.target),
  ]),
);

suite("architecture", () => {
  test("every file belongs to a stage of the table", () => {
    const strangers = sources.filter(({ file }) => !(stageOf(file) in MAY_IMPORT)).map(({ file }) => file);
    assert.deepEqual(strangers, []);
  });

  test("stages import only what the table allows", () => {
    const wrong = imports.filter((one) => one.relative && !allowed(one));
    assert.deepEqual(
      wrong.map((one) => `${one.from} imports ${one.typeOnly ? "types of " : ""}${one.target}`),
      [],
    );
  });

  test("an import against the flow is seen", () => {
    const against = [
      ["src/inbound/soap/soap.ts", "src/inbound/rest/handler.ts"],
      ["src/inbound/visit.ts", "src/inbound/soap/soap.ts"],
      ["src/core/decide.ts", "src/store/site.ts"],
      ["src/store/ledger.ts", "src/core/decide.ts"],
      ["src/inbound/rest/handler.ts", "src/store/store.ts"],
      ["src/lib/log.ts", "src/core/errors.ts"],
      ["src/portal/page.ts", "src/outbound/deliver.ts"],
      ["src/store/store.ts", "src/settings.ts"],
    ] as const;
    for (const [from, target] of against) {
      assert.equal(allowed({ from, target, relative: true, typeOnly: false }), false, `${from} -> ${target}`);
    }
    assert.equal(allowed({ from: "src/inbound/rest/a.ts", target: "src/store/site.ts", relative: true, typeOnly: true }), true);
    assert.equal(allowed({ from: "src/portal/a.ts", target: "src/outbound/operator.ts", relative: true, typeOnly: false }), true);
  });

  test("every relative import names a file that is there, with its ending", () => {
    const files = new Set(readSources("{src,migrations,test,scripts,bench}/**/*.{ts,js,json}").map(({ file }) => file));
    const missing = imports.filter((one) => one.relative && !files.has(one.target));
    assert.deepEqual(missing, []);
  });

  test("no imports go in a circle", () => {
    assert.equal(findCycle(valueEdges), null);
  });

  test("a circle is seen", () => {
    const circle = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
    ]);
    assert.deepEqual(findCycle(circle), ["b", "c", "b"]);
  });

  test("packages stay in the stage they belong to", () => {
    const wrong = imports.filter((one) => {
      const owners = OWNERS[packageOf(one.target)];
      return !one.relative && owners !== undefined && !owners.includes(stageOf(one.from));
    });
    assert.deepEqual(
      wrong.map((one) => `${one.from} uses ${one.target}`),
      [],
    );
  });

  test("the core uses neither packages nor Node, lib no packages", () => {
    const wrong = imports.filter((one) => {
      if (one.relative) return false;
      if (stageOf(one.from).startsWith("core")) return true;
      return stageOf(one.from) === "lib" && !one.target.startsWith("node:");
    });
    assert.deepEqual(
      wrong.map((one) => `${one.from} uses ${one.target}`),
      [],
    );
  });

  test("only the dialect asks which database it is", () => {
    const asking = /dialect\s*===|kind === "(sqlite|mysql|mariadb)"|client === "/;
    const wrong = sources
      .filter(({ file, text }) => file !== "src/store/dialect.ts" && asking.test(text))
      .map(({ file }) => file);
    assert.deepEqual(wrong, []);
  });

  test("no folder is called utils, nothing is exported by default, no file only re-exports", () => {
    const all = readSources("{src,test,migrations,bench,scripts}/**/*.ts");
    assert.deepEqual(
      all.filter(({ file }) => /\/(utils?|helpers?|common|misc)\//.test(file) && !file.startsWith("test/helpers/")),
      [],
    );
    assert.deepEqual(
      all.filter(({ text }) => /^export default\b/m.test(text)).map(({ file }) => file),
      [],
    );
    assert.deepEqual(
      all.filter(({ text }) => /^export \* from/m.test(text)).map(({ file }) => file),
      [],
    );
  });
});
