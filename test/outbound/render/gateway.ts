// A process with a renderer that is at work without end, to be killed. Prints the id of the process of expressions.
import { readFileSync } from "node:fs";
import { createRenderer } from "../../../src/outbound/render/renderer.ts";
import { someInput } from "./subjects.ts";

const renderer = createRenderer({ timeMs: 3000 });
const input = someInput();
await renderer.render({ language: "jsonata", body: "1", condition: null, input });
const child = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim();
const endless = process.argv[2] === "busy" ? "($f := function(){ $f() }; $f())" : "1";
const done = renderer.render({ language: "jsonata", body: endless, condition: null, input });
console.log(child);
await done;
setInterval(() => undefined, 1000);
