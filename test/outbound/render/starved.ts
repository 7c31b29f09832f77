// A process that has used up its file descriptors and frees them one by one, rendering after each. Prints how each went.
import { closeSync, openSync } from "node:fs";
import { createRenderer } from "../../../src/outbound/render/renderer.ts";
import { someInput } from "./subjects.ts";

const renderer = createRenderer();
const input = someInput();
const taken: number[] = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // That was the last one.
}

async function once(): Promise<string> {
  try {
    const rendered = await renderer.render({ language: "jsonata", body: "1", condition: null, input });
    return rendered.kind;
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: unknown };
    return cause instanceof Error ? `${code} with a cause` : String(error);
  }
}

const told: string[] = [];
while (told.at(-1) !== "body" && taken.length > 0) {
  told.push(await once());
  closeSync(taken.pop() ?? -1);
}
console.log(JSON.stringify(told));
await renderer.close();
