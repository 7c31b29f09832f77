// The process of expressions as such: its rights, its limits, what happens to others when it ends, and when it ends itself.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import inspector from "node:inspector";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { suite, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/core/errors.ts";
import type { RenderJob } from "../../src/outbound/ports.ts";
import { type CheckingRenderer, createRenderer, type RendererOptions } from "../../src/outbound/render/renderer.ts";
import { startSandbox } from "../../src/outbound/render/sandbox.ts";
import { childrenOf } from "./render/processes.ts";
import { someInput } from "./render/subjects.ts";

const here = (file: string): string => fileURLToPath(new URL(`./render/${file}`, import.meta.url));
const input = someInput();
const job = (body: string): RenderJob => ({ language: "jsonata", body, condition: null, input });
const ENDLESS = job('$match($pad("", 40, "a") & "b", /^(a+)+$/)');

function renderer(t: TestContext, options: RendererOptions): CheckingRenderer {
  const made = createRenderer(options);
  t.after(() => made.close());
  return made;
}

const failedWith =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

suite("the rights of the process of expressions", () => {
  test("code with all of JavaScript at hand can neither read, write, start, connect, nor reach the gateway", async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), "rights-"));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, "module.mjs"), "export const x = 1;\n");
    let connections = 0;
    const server = net.createServer(() => connections++).listen(0, "127.0.0.1");
    const local = net.createServer(() => connections++).listen(path.join(folder, "socket"));
    t.after(() => [server, local].map((one) => one.close()));
    await Promise.all([once(server, "listening"), once(local, "listening")]);

    const told = Promise.withResolvers<string>();
    const { port } = server.address() as AddressInfo;
    const options = { entry: here("rights-probe.ts"), args: [String(port), folder], memoryMb: 64, mostLine: 10_000 };
    const sandbox = startSandbox(options, {
      line: told.resolve,
      excess: () => told.reject(new Error("too much was told")),
      ended: ({ code, complaint }) => told.reject(new Error(`ended with ${code}: ${complaint}`)),
    });
    t.after(sandbox.kill);
    const outcome = JSON.parse(await told.promise) as Record<string, boolean>;

    const done = Object.keys(outcome).filter((name) => outcome[name]);
    assert.deepEqual(done, []);
    assert.ok(Object.keys(outcome).length > 30);
    assert.equal(connections, 0);
    assert.deepEqual(readdirSync(folder).sort(), ["module.mjs", "socket"]);
    assert.equal(inspector.url(), undefined);
  });
});

suite("limits of the process of expressions", () => {
  test("one that eats memory is ended as such, the others are rendered in order", async (t) => {
    const one = renderer(t, { memoryMb: 48, timeMs: 60_000 });
    const eater = job("$map([1..5000], function($i){ [[1..90000]] })");
    const ended: string[] = [];
    const results = await Promise.all(
      [job('"a"'), eater, job('"b"'), job('"c"')].map(async (each, index) => {
        const result = await one.render(each);
        ended.push(String(index));
        return result.kind === "failed" ? result.code : result.kind;
      }),
    );
    assert.deepEqual(results, ["body", "memory", "body", "body"]);
    assert.equal(ended.join(""), "0123");
  });

  test("one that takes too long is the only one to be blamed", async (t) => {
    const one = renderer(t, { timeMs: 300 });
    const jobs = [
      ...Array.from({ length: 40 }, (_, index) => job(String(index))),
      ENDLESS,
      ...[1, 2, 3].map((n) => job(String(n))),
    ];
    const results = await Promise.all(jobs.map((each) => one.render(each)));
    const failed = results.flatMap((result, index) => (result.kind === "failed" ? [[index, result.code]] : []));
    assert.deepEqual(failed, [[40, "time"]]);
  });

  test("too many that wait are refused as busy, and an input too large as a failure", async (t) => {
    const one = renderer(t, { mostWaiting: 2, workCharacters: 20_000 });
    const waiting = [one.render(job("1")), one.render(job("2"))];
    await assert.rejects(one.render(job("3")), failedWith("busy"));
    assert.deepEqual(
      await Promise.all(waiting),
      [1, 2].map((value) => ({ kind: "body", value })),
    );
    const large = await one.render({
      ...job("1"),
      input: someInput({ message: { text: "x".repeat(30_000), visibility: "provider" } }),
    });
    assert.deepEqual([large.kind, "code" in large && large.code], ["failed", "size"]);
  });

  test("thousands of renderings come back in order, each with its own data", async (t) => {
    const one = renderer(t, {});
    const jobs = Array.from({ length: 4500 }, (_, index) => ({ ...job("event.id"), input: someInput({ id: `e-${index}` }) }));
    const results = await Promise.all(jobs.map((each) => one.render(each)));
    assert.ok(results.every((result, index) => result.kind === "body" && result.value === `e-${index}`));
  });
});

suite("a process in the hands of an expression", () => {
  for (const [deed, code] of [
    ["garbage", "memory"],
    ["strange", "memory"],
    ["endless", "size"],
    ["exit", "memory"],
    ["retire", "memory"],
  ]) {
    test(`it does not get further than its own piece of work: ${deed}`, async (t) => {
      const one = renderer(t, { entry: here("rogue.ts"), timeMs: 5000 });
      const [before, ill, behind] = await Promise.all(["good", String(deed), "good"].map((body) => one.render(job(body))));
      assert.deepEqual(before, { kind: "body", value: "good" });
      assert.equal(ill?.kind === "failed" && ill.code, code);
      assert.deepEqual(behind, { kind: "body", value: "good" });
    });
  }
});

suite("the life of the process of expressions", () => {
  test("without a process nothing is rendered, and that is our failure", async (t) => {
    const one = renderer(t, { entry: here("nothing-here.ts") });
    await assert.rejects(one.render(job("1")), failedWith("internal"));
    await assert.rejects(one.render(job("1")), failedWith("internal"));
  });

  test("an idle one ends by itself, and the next rendering has another", async (t) => {
    const one = renderer(t, { idleMs: 1 });
    assert.deepEqual(await one.render(job("1")), { kind: "body", value: 1 });
    while (childrenOf(process.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await one.render(job("2")), { kind: "body", value: 2 });
  });

  test("closing ends what is under way, and nothing begins after it", async () => {
    const one = createRenderer({ timeMs: 60_000 });
    const under = assert.rejects(one.render(ENDLESS), failedWith("stopping"));
    const behind = assert.rejects(one.render(job("1")), failedWith("stopping"));
    await one.close();
    await Promise.all([under, behind]);
    await assert.rejects(one.render(job("1")), failedWith("stopping"));
    await one.close();
  });

  for (const state of ["idle", "busy"]) {
    test(`it does not outlive a gateway that was killed: ${state}`, async (t) => {
      const gateway = spawn(process.execPath, ["--disable-proto=delete", here("gateway.ts"), state], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      t.after(() => gateway.kill("SIGKILL"));
      const [line] = (await once(createInterface({ input: gateway.stdout }), "line")) as [string];
      const child = Number(line);
      assert.ok(child > 1 && isThere(child));
      gateway.kill("SIGKILL");
      while (isThere(child)) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  }
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
