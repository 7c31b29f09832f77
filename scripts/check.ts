// All checks that need no running gateway: formatting, lint, types, architecture, style, README. It changes no file.
import { spawnSync } from "node:child_process";
import path from "node:path";

interface Step {
  name: string;
  program: string;
  args: readonly string[];
}

const STEPS: readonly Step[] = [
  { name: "lint and format", program: "biome", args: ["check", "--error-on-warnings", "."] },
  { name: "types of the contract", program: "node", args: ["scripts/contract-types.ts", "--check"] },
  // The compiler by its own folder: `tsc` in .bin is the older one, which the generator of the contract's types runs on.
  { name: "types", program: "node", args: ["node_modules/typescript-native/bin/tsc", "-p", "."] },
  {
    name: "architecture, style, README",
    program: "node",
    args: ["scripts/test.ts", "test/architecture.test.ts", "test/style.test.ts", "test/readme.test.ts"],
  },
];

function succeeds(step: Step): boolean {
  console.log(`\n== ${step.name}`);
  const run = spawnSync(path.join("node_modules", ".bin", step.program), step.args, { stdio: "inherit" });
  return run.status === 0;
}

const failed = STEPS.filter((step) => !succeeds(step)).map((step) => step.name);
console.log(
  `\n${STEPS.length - failed.length} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join("; ")}` : ""}`,
);
if (failed.length > 0) process.exitCode = 1;
