// Runs the expressions of one System in a process of their own. What an expression does is an answer, never a rejection.
import { fileURLToPath } from "node:url";
import type { Language } from "../../store/outgoing.ts";
import type { RenderJob, Rendered, Renderer } from "../ports.ts";
import { createDriver, type DriverLimits } from "./driver.ts";
import { packInput } from "./pack.ts";
import { createPlaces, type PlaceLimits, type Places } from "./places.ts";
import type { Answer } from "./work.ts";

export type RendererOptions = Partial<DriverLimits>;

/** A renderer that can also tell whether a body would run at all. */
export interface CheckingRenderer extends Renderer {
  /** What is wrong with a body and where, in words, or null. It is parsed, not run. */
  check(language: Language, body: string): Promise<string | null>;
}

const DEFAULTS: DriverLimits = {
  timeMs: 2000,
  memoryMb: 64,
  resultBytes: 1024 * 1024,
  workCharacters: 4 * 1024 * 1024,
  mostWaiting: 5000,
  idleMs: 60_000,
  startMs: 30_000,
  entry: fileURLToPath(new URL("./child.ts", import.meta.url)),
};

/** Processes of about 90 MB each, half of which they share. */
const PLACES: PlaceLimits = { mostProcesses: 16, mostStarting: 2, turnMs: 2000 };

/** Renderers that share the processes a machine can have. */
export interface RendererPool {
  /** A renderer with a process of its own, whenever it has a place: one for each System. */
  renderer(): CheckingRenderer;
}

/**
 * Makes a pool; nothing starts before the first expression. When more renderers have work than there are places, idle processes
 * end first, then those at work take turns: what is under way is finished, the rest waits.
 */
export function createRendererPool(options: RendererOptions & Partial<PlaceLimits> = {}): RendererPool {
  const places = createPlaces({ ...PLACES, ...options });
  return { renderer: () => rendererOf({ ...DEFAULTS, ...options }, places) };
}

/**
 * Makes a renderer that shares its places with no other; its process starts with the first expression. `render`, `evaluate` and
 * `check` reject with a `Failure` only: `busy` when too much waits, `stopping` after `close`, `internal` when no process can be
 * started. What `evaluate` finds nothing for is null.
 */
export function createRenderer(options: RendererOptions = {}): CheckingRenderer {
  return createRendererPool(options).renderer();
}

function rendererOf(limits: DriverLimits, places: Places): CheckingRenderer {
  const driver = createDriver(limits, places);
  return {
    render: ({ language, body, condition, input }: RenderJob) =>
      driver.ask({ kind: "render", language, body, condition, input: packInput(input) }) as Promise<Rendered>,
    async evaluate(expression, input) {
      const answer = await driver.ask({ kind: "evaluate", expression, input });
      return answer.kind === "ok" ? { ok: answer.value } : { failed: wordsOf(answer) };
    },
    async check(language, body) {
      const answer = await driver.ask({ kind: "check", language, body });
      return answer.kind === "body" ? null : wordsOf(answer);
    },
    close: driver.close,
  };
}

function wordsOf(answer: Answer): string {
  return "message" in answer ? answer.message : answer.kind;
}
