// When the process of expressions cannot be started: the gateway goes on, what waits is told, and later it starts after all.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { RenderJob } from "../../src/outbound/ports.ts";
import type * as RendererModule from "../../src/outbound/render/renderer.ts";
import { someInput } from "./render/subjects.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STARVED = fileURLToPath(new URL("./render/starved.ts", import.meta.url));
const DESCRIPTORS = 80;
const job: RenderJob = { language: "jsonata", body: "task.number", condition: null, input: someInput() };
const MADE = { kind: "body", value: "T-1042" };

/** A checkout of its own, without packages. */
function checkout(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "checkout-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  cpSync(path.join(ROOT, "src"), path.join(folder, "src"), { recursive: true });
  return folder;
}

async function rendererOf(t: TestContext, folder: string): Promise<RendererModule.CheckingRenderer> {
  const file = pathToFileURL(path.join(folder, "src/outbound/render/renderer.ts")).href;
  const renderer = ((await import(file)) as typeof RendererModule).createRenderer();
  t.after(() => renderer.close());
  return renderer;
}

suite("a process of expressions that cannot be started", () => {
  test("out of file descriptors nothing is rendered, and none is lost: as soon as there are some it starts", async () => {
    const script = `ulimit -n ${DESCRIPTORS}; exec "$0" --disable-proto=delete "$1"`;
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", script, process.execPath, STARVED]);
    const told = JSON.parse(stdout) as string[];
    assert.ok(told.length > 2 && told.length < 20, stdout);
    assert.deepEqual([...new Set(told)], ["internal with a cause", "body"]);
  });

  test("while a package is away what waits is told so, and when it is back it starts", async (t) => {
    const folder = checkout(t);
    const packages = path.join(folder, "node_modules");
    mkdirSync(packages);
    for (const name of readdirSync(path.join(ROOT, "node_modules")))
      symlinkSync(realpathSync(path.join(ROOT, "node_modules", name)), path.join(packages, name));
    const renderer = await rendererOf(t, folder);
    const away = path.join(folder, "away");
    renameSync(path.join(packages, "jsonata"), away);
    for (const waiting of [renderer.render(job), renderer.render(job)])
      await assert.rejects(waiting, (error: { code?: string; cause?: Error }) => {
        assert.equal(error.code, "internal");
        assert.match(error.cause?.message ?? "", /jsonata/);
        return true;
      });
    renameSync(away, path.join(packages, "jsonata"));
    assert.deepEqual(await renderer.render(job), MADE);
  });

  test("a folder of packages that is a link is no hindrance", async (t) => {
    const folder = checkout(t);
    // By way of another link, as a release folder has it.
    symlinkSync(realpathSync(ROOT), path.join(folder, "current"));
    symlinkSync("current/node_modules", path.join(folder, "node_modules"));
    const renderer = await rendererOf(t, folder);
    assert.deepEqual(await renderer.render(job), MADE);
    assert.deepEqual(await renderer.render({ ...job, language: "liquid", body: "<t>{{ task.number }}</t>" }), {
      kind: "body",
      value: "<t>T-1042</t>",
    });
  });
});
