// Many Systems at once: how many processes there are, who gets the next one, and that everybody gets a turn.
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/core/errors.ts";
import type { RenderJob } from "../../src/outbound/ports.ts";
import { type CheckingRenderer, createRendererPool } from "../../src/outbound/render/renderer.ts";
import { childrenOf } from "./render/processes.ts";
import { someInput } from "./render/subjects.ts";

const SILENT = fileURLToPath(new URL("./render/silent.ts", import.meta.url));
const job = (body: string): RenderJob => ({ language: "jsonata", body, condition: null, input: someInput() });
const ENDLESS = job('$match($pad("", 40, "a") & "b", /^(a+)+$/)');
const LONG_TURN = 600_000;

type Options = Parameters<typeof createRendererPool>[0];
type Three = [CheckingRenderer, CheckingRenderer, CheckingRenderer];

function renderers(t: TestContext, count: number, options: Options): CheckingRenderer[] {
  const pool = createRendererPool(options);
  return Array.from({ length: count }, () => {
    const one = pool.renderer();
    t.after(() => one.close());
    return one;
  });
}

const three = (t: TestContext, options: Options): Three => renderers(t, 3, options) as Three;

/** The process that a rendering leaves behind, when there was none of its kind before. */
async function newProcess(rendered: () => Promise<unknown>): Promise<string> {
  const before = new Set(childrenOf(process.pid));
  await rendered();
  const [fresh = ""] = childrenOf(process.pid).filter((one) => !before.has(one));
  return fresh;
}

suite("processes of many Systems", () => {
  test("there are never more than the bound, and every System is rendered for", async (t) => {
    const seen: number[] = [];
    const all = renderers(t, 9, { mostProcesses: 3, turnMs: LONG_TURN });
    const results = await Promise.all(
      all.map(async (one, index) => {
        const result = await one.render(job(String(index)));
        seen.push(childrenOf(process.pid).length);
        return result.kind === "body" && result.value;
      }),
    );
    assert.deepEqual(
      results,
      all.map((_, index) => index),
    );
    assert.equal(Math.max(...seen), 3);
  });

  test("few are started at once; one that does not start makes room", async (t) => {
    const seen: number[] = [];
    const all = renderers(t, 5, { mostStarting: 2, entry: SILENT, startMs: 50 });
    await Promise.all(
      all.map(async (one) => {
        await assert.rejects(one.render(job("1")), (error) => error instanceof Failure && error.code === "internal");
        seen.push(childrenOf(process.pid).length);
      }),
    );
    assert.ok(Math.max(...seen) <= 2, String(seen));
  });

  test("the process ends that was idle for the longest time", async (t) => {
    const [a, b, c] = three(t, { mostProcesses: 2 });
    const first = await newProcess(() => a.render(job("1")));
    const second = await newProcess(() => b.render(job("1")));
    await a.render(job("2"));
    const third = await newProcess(() => c.render(job("1")));
    assert.deepEqual(childrenOf(process.pid).sort(), [first, third].sort());
    assert.ok(second !== "");
    assert.deepEqual(await b.render(job("3")), { kind: "body", value: 3 });
  });

  test("one that always has work does not keep the others from theirs, and loses nothing", async (t) => {
    const [busy, other] = three(t, { mostProcesses: 1, turnMs: 1 });
    let there = false;
    let count = 0;
    const results: Promise<unknown>[] = [];
    const again = async (): Promise<void> => {
      while (!there) {
        const result = busy.render(job(String(count++)));
        results.push(result);
        await result;
      }
    };
    const lines = Array.from({ length: 100 }, again);
    await busy.render(job("0"));
    assert.deepEqual(await other.render(job('"other"')), { kind: "body", value: "other" });
    there = true;
    await Promise.all(lines);
    const values = (await Promise.all(results)).map((one) => (one as { value: unknown }).value);
    assert.deepEqual(
      values,
      values.map((_, index) => index),
    );
  });

  test("the time of a start begins when it starts, not when it is asked for", async (t) => {
    const [long, other] = three(t, { mostProcesses: 1, timeMs: 3500, startMs: 3000, turnMs: LONG_TURN });
    const [first, second] = await Promise.all([long.render(ENDLESS), other.render(job("1"))]);
    assert.equal(first.kind === "failed" && first.code, "time");
    assert.deepEqual(second, { kind: "body", value: 1 });
  });

  test("one that is closed while it waits for a place takes none", async (t) => {
    const [long, waiting, other] = three(t, { mostProcesses: 1, timeMs: 500, turnMs: LONG_TURN });
    const first = long.render(ENDLESS);
    const never = assert.rejects(waiting.render(job("1")), (error) => error instanceof Failure && error.code === "stopping");
    const last = other.render(job("1"));
    await waiting.close();
    await never;
    assert.equal((await first).kind, "failed");
    assert.deepEqual(await last, { kind: "body", value: 1 });
    assert.equal(childrenOf(process.pid).length, 1);
  });
});
