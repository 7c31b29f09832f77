// The README keeps its word: its made parts are current, its links lead somewhere, and its calls work when they are pasted.
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { currentReadme } from "../scripts/readme.ts";
import { readSiteFile } from "../src/site-file.ts";
import { checkSite } from "../src/store/site-document.ts";
import { ROOT } from "./helpers/sources.ts";

const run = promisify(execFile);
const README = readFileSync(path.join(ROOT, "README.md"), "utf8");

/** The first block of code in this language after the given words. */
function blockAfter(words: string, language: string): string {
  const start = README.indexOf(words);
  assert.notEqual(start, -1, `the README says: ${words}`);
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(README.slice(start));
  return block?.[1] ?? assert.fail(`no ${language} block after: ${words}`);
}

/** Where the links of a text lead, without those to other hosts. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to ?? "").filter((to) => !/^(https?:|#)/.test(to));
}

suite("README", () => {
  test("the settings and the calls are those of the code (else run: node scripts/readme.ts)", () => {
    assert.equal(README, currentReadme(README));
  });

  test("every link of the documents leads to a file", () => {
    for (const file of ["README.md", "CHANGELOG.md", ...globSync("docs/**/*.md", { cwd: ROOT })]) {
      const folder = path.dirname(path.join(ROOT, file));
      for (const link of linksOf(readFileSync(path.join(ROOT, file), "utf8"))) {
        assert.ok(existsSync(path.join(folder, link.replace(/#.*/, ""))), `${file} links to ${link}`);
      }
    }
  });

  test("every npm script the documents name is there", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const documents = [README, readFileSync(path.join(ROOT, "docs/contributing.md"), "utf8")].join("\n");
    const named = [...documents.matchAll(/\bnpm (?:run )?(start|test|check|soak|bench|format|[a-z]+:[a-z]+)\b/g)].map(
      ([, name]) => name ?? "",
    );
    assert.ok(named.length > 3);
    for (const name of named) assert.ok(name in scripts, `npm run ${name}`);
  });
});

/** A gateway started as the README says, on an untouched folder. */
interface Started {
  child: ChildProcess;
  variables: { URL: string; PROVIDER_KEY: string; DESK_KEY: string; ADMIN_KEY: string };
  /** What it wrote to standard error so far. */
  complaints: string[];
}

async function startUntouched(folder: string): Promise<Started> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CROSSDESK_|DATABASE_URL|HOST|PORT|NODE_)/.test(name)),
  );
  const args = ["--disable-proto=delete", path.join(ROOT, "src/main.ts")];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...env, PORT: "0" }, stdio: ["ignore", "pipe", "pipe"] });
  const complaints: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('"gateway.started"')) break;
  }
  child.stdout.resume();
  return { child, complaints, variables: variablesOf(said.join("\n")) };
}

function variablesOf(said: string): Started["variables"] {
  const key = (id: string): string =>
    new RegExp(`cdk_${id}_[\\w-]+`).exec(said)?.[0] ?? assert.fail(`no key of ${id} in: ${said}`);
  return {
    URL: /curl -s (http:\/\/[\d.:]+)/.exec(said)?.[1] ?? assert.fail(`no address in: ${said}`),
    PROVIDER_KEY: key("demo-provider-key"),
    DESK_KEY: key("demo-desk"),
    ADMIN_KEY: key("demo-administrator"),
  };
}

suite("npm start on an untouched checkout", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-readme-"));
  let started: Started;
  before(async () => {
    started = await startUntouched(folder);
  });
  after(() => {
    started?.child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("the calls of the README work, one per channel, and the feed tells of them in order", async () => {
    const calls = blockAfter("<!-- calls", "sh");
    const { stdout } = await run("sh", ["-euc", calls], { env: { ...process.env, ...started.variables } });
    assert.match(stdout, /<ProcessInstanceTaskExternalAcknowledgementResult>/);
    const answer = await fetch(`${started.variables.URL}/v1/events?after=0`, {
      headers: { "x-api-key": started.variables.DESK_KEY },
    });
    const { events } = (await answer.json()) as { events: { type: string; subject: string; data: { channel: string } }[] };
    const told = events.filter((one) => one.subject === "TSK-1001").map((one) => `${one.type} ${one.data.channel}`);
    assert.deepEqual(told.slice(-3), [
      "crossdesk.task.acknowledged soap",
      "crossdesk.task.message rest",
      "crossdesk.task.solved email",
    ]);
  });

  test("it stops on SIGTERM, and has warned of nothing", async () => {
    const ended = once(started.child, "exit");
    started.child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(started.complaints, []);
  });
});

test("the site file of the README is a right one", (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-readme-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "site.yaml");
  writeFileSync(file, blockAfter("## Setting it up", "yaml"));
  checkSite(readSiteFile(file), { providers: new Set(), groups: new Map(), users: new Map() });
});
