// The container image without a container: what the Dockerfile copies is all the gateway needs, and its health check tells the truth.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { startProcess, writeSite } from "../helpers/process.ts";
import { ROOT } from "../helpers/sources.ts";

const DOCKERFILE = readFileSync(path.join(ROOT, "Dockerfile"), "utf8");
const LET_IN = readFileSync(path.join(ROOT, ".dockerignore"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));

/** What the last stage copies from the checkout. */
function copied(): string[] {
  const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf("\nFROM "));
  const lines = [...last.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, words = ""]) => words.split(" "));
  return lines.flatMap((words) => words.slice(0, -1)).map((name) => name.replace("*", ""));
}

/** The words of an instruction that is written as a list. */
function listOf(instruction: RegExp): string[] {
  return JSON.parse(instruction.exec(DOCKERFILE)?.[1] ?? "[]") as string[];
}

function exitCode(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env } }, (error) => resolve(error ? Number(error.code) : 0));
  });
}

test("the image holds what the gateway needs, and its health check follows it", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-image-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of copied()) {
    assert.ok(
      LET_IN.some((one) => one.replace("*", "") === name),
      `.dockerignore lets ${name} in`,
    );
    await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  const program = listOf(/^CMD (\[.+\])$/m);
  assert.deepEqual(program.slice(0, -1), [
    "node",
    "--disable-proto=delete",
    "--min-semi-space-size=16",
    "--max-semi-space-size=64",
  ]);
  const site = await writeSite();
  t.after(() => site.remove());
  const main = path.join(folder, program.at(-1) ?? "");
  const gateway = await startProcess({ databaseUrl: `sqlite:${path.join(folder, "data", "crossdesk.db")}`, site, main });
  t.after(() => gateway.kill());
  const check = listOf(/HEALTHCHECK[^[]+CMD (\[.+\])$/m);
  const env = { PORT: new URL(gateway.url).port };
  assert.equal(await exitCode(check, env), 0);
  assert.equal(await gateway.stop(), 0, "it hears the signal to stop");
  assert.equal(await exitCode(check, env), 1);
});

test("the image runs as nobody in particular, with its data in a volume", () => {
  const user = /^USER (\S+)$/m.exec(DOCKERFILE)?.[1];
  assert.ok(user !== undefined && user !== "root" && user !== "0");
  const volume = /^VOLUME (\S+)$/m.exec(DOCKERFILE)?.[1] ?? "none";
  assert.ok(DOCKERFILE.includes(`DATABASE_URL=sqlite:${volume}/`));
  const engines = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { devDependencies: { node: string } };
  const major = engines.devDependencies.node.split(".")[0];
  for (const [, image] of DOCKERFILE.matchAll(/^FROM (\S+)/gm)) assert.equal(image, `node:${major}-slim`);
});
