// The set-up of a fresh checkout: when packages are installed, what is said when they cannot be, and a whole lock file.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { installPrograms } from "../../scripts/packages.js";
import { ROOT } from "../helpers/sources.ts";

interface Checkout {
  folder: string;
  /** What the machine's npm was called with, one call a line. */
  calls(): string;
  /** Prepares it, in the process that ran the shell's words `before`. */
  prepare(before?: string): { status: number | null; said: string };
  /** Begins to prepare it, and tells when it ends. */
  begin(): { said(words: RegExp): Promise<void>; ended: Promise<number | null> };
}

const WANTED = {
  "": {},
  "node_modules/a": { version: "1.0.0", integrity: "x" },
  "node_modules/b": { version: "1.0.0", optional: true },
};

function writeProgram(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A checkout with nothing but a lock file, and a machine whose npm only notes that it was called and does `then`. */
function freshCheckout(context: TestContext, then = "exit 0"): Checkout {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-prepare-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["scripts", "machine"]) mkdirSync(path.join(folder, name));
  copyFileSync(path.join(ROOT, "scripts/prepare.js"), path.join(folder, "scripts/prepare.js"));
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify({ packages: WANTED }));
  const log = path.join(folder, "calls");
  const brought = path.join(folder, "node_modules/.bin");
  const env = { ...process.env, PATH: `${brought}:${path.join(folder, "machine")}:/usr/bin:/bin` };
  writeProgram(path.join(folder, "machine/npm"), `echo "$@" >> ${log}\n${then}`);
  return {
    folder,
    calls: () => (existsSync(log) ? readFileSync(log, "utf8") : ""),
    prepare(before = ":") {
      const words = ["-c", `${before}; exec "$0" scripts/prepare.js`, process.execPath];
      const run = spawnSync("sh", words, { cwd: folder, encoding: "utf8", env, timeout: 20_000 });
      return { status: run.status, said: run.stdout + run.stderr };
    },
    begin() {
      const child = spawn(process.execPath, [path.join(folder, "scripts/prepare.js")], { env });
      context.after(() => child.kill("SIGKILL"));
      let heard = "";
      const said = async (words: RegExp): Promise<void> => {
        while (!words.test(heard)) heard += String((await once(child.stdout, "data"))[0]);
      };
      return { said, ended: once(child, "exit").then(([code]) => code) };
    },
  };
}

function install(folder: string, packages: object, version = "v26.1.0"): void {
  mkdirSync(path.join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(path.join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
  writeProgram(path.join(folder, "node_modules/.bin/node"), `echo ${version}`);
}

suite("preparing a checkout", () => {
  test("nothing is installed twice, and a package for other machines may be absent", (context) => {
    const checkout = freshCheckout(context);
    install(checkout.folder, { "node_modules/a": WANTED["node_modules/a"] });
    assert.deepEqual(checkout.prepare(), { status: 0, said: "" });
    assert.equal(checkout.calls(), "");
  });

  test("missing packages are installed once, by the machine's own npm", (context) => {
    const bring =
      'mkdir -p node_modules/.bin; printf "#!/bin/sh\\necho v26.9.9\\n" > node_modules/.bin/node; chmod +x node_modules/.bin/node';
    const checkout = freshCheckout(context, bring);
    assert.equal(checkout.prepare().status, 0);
    assert.match(checkout.calls(), /^ci --include=dev .*\n$/);
  });

  test("two at once install once: the second waits, and goes on with what the first brought", async (context) => {
    const record = JSON.stringify({ packages: { "node_modules/a": WANTED["node_modules/a"] } });
    const bring = [
      "while [ ! -e go ]; do sleep 0.05; done",
      "mkdir -p node_modules/.bin",
      `printf '%s' '${record}' > node_modules/.package-lock.json`,
      'printf "#!/bin/sh\\necho v26.9.9\\n" > node_modules/.bin/node; chmod +x node_modules/.bin/node',
    ];
    const checkout = freshCheckout(context, bring.join("\n"));
    // What a killed one left holds nobody up: no process has this id.
    writeFileSync(path.join(checkout.folder, ".installing"), "99999999");
    const first = checkout.begin();
    await first.said(/Installing packages/);
    const second = checkout.begin();
    await second.said(/Waiting for process \d+/);
    writeFileSync(path.join(checkout.folder, "go"), "");
    assert.deepEqual([await first.ended, await second.ended], [0, 0]);
    assert.match(checkout.calls(), /^ci .*\n$/);
    assert.equal(existsSync(path.join(checkout.folder, ".installing")), false);
  });

  test("a process that has the id of a killed one, as in a container, does not wait for itself", (context) => {
    const checkout = freshCheckout(context);
    assert.match(checkout.prepare("printf $$ > .installing").said, /Installing packages/);
    assert.match(checkout.calls(), /^ci /);
  });

  test("a note of an install that ended long ago holds nobody up, whoever has its process id now", (context) => {
    for (const left of [String(process.pid), ""]) {
      const checkout = freshCheckout(context);
      const note = path.join(checkout.folder, ".installing");
      writeFileSync(note, left);
      utimesSync(note, new Date(0), new Date(0));
      assert.match(checkout.prepare().said, /Installing packages/);
      assert.match(checkout.calls(), /^ci /);
      assert.equal(existsSync(note), false);
    }
  });

  for (const [what, present] of [
    ["another version", { "node_modules/a": { version: "0.9.0", integrity: "x" } }],
    ["other bytes", { "node_modules/a": { version: "1.0.0", integrity: "y" } }],
    ["a package less", {}],
  ] as const) {
    test(`stale packages are replaced: ${what}`, (context) => {
      const checkout = freshCheckout(context);
      install(checkout.folder, present);
      assert.equal(checkout.prepare().status, 0);
      assert.match(checkout.calls(), /^ci /);
    });
  }

  test("an old Node is named, with what to do", (context) => {
    const checkout = freshCheckout(context);
    install(checkout.folder, WANTED, "v20.1.0");
    const { status, said } = checkout.prepare();
    assert.equal(status, 1);
    assert.match(said, /Node 26.*v20\.1\.0/s);
    assert.match(said, /npm ci --ignore-scripts=false/);
  });

  test("a failed install ends it with npm's own words and no stack", (context) => {
    const { status, said } = freshCheckout(context, "echo no network >&2; exit 1").prepare();
    assert.equal(status, 1);
    assert.match(said, /no network/);
    assert.doesNotMatch(said, /\n {4}at /);
  });
});

suite("installing Debian packages", () => {
  /** Calls `installPrograms` on a machine whose apt-get does `script`. */
  function withApt(context: TestContext, script: string, policyText?: string) {
    const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-apt-"));
    const before = process.env["PATH"];
    context.after(() => {
      process.env["PATH"] = before;
      rmSync(folder, { recursive: true, force: true });
    });
    const [log, policy] = [path.join(folder, "calls"), path.join(folder, "policy-rc.d")];
    if (policyText) writeFileSync(policy, policyText);
    writeProgram(path.join(folder, "apt-get"), `echo "$DEBIAN_FRONTEND $(cat ${policy} | tail -1) $*" >> ${log}\n${script}`);
    process.env["PATH"] = `${folder}:${before}`;
    const failed = installPrograms([{ packages: ["one"] }, { packages: ["two", "three"] }], policy);
    return { failed, policy, calls: readFileSync(log, "utf8").trim().split("\n") };
  }

  test("updates once, installs all at once, removes nothing, starts nothing", (context) => {
    const { failed, policy, calls } = withApt(context, "exit 0");
    assert.equal(failed, null);
    assert.equal(calls.length, 2);
    assert.match(calls[0] ?? "", /^noninteractive exit 101 .* update$/);
    assert.match(calls[1] ?? "", /^noninteractive exit 101 .* install -y --no-install-recommends --no-remove one two three$/);
    assert.equal(existsSync(policy), false, "the policy is gone afterwards");
  });

  test("a policy of the machine's own is left as it is", (context) => {
    const { policy } = withApt(context, "exit 0", "#!/bin/sh\nexit 0\n");
    assert.equal(readFileSync(policy, "utf8"), "#!/bin/sh\nexit 0\n");
  });

  test("a failure comes back in apt's words", (context) => {
    assert.match(withApt(context, "echo E: no such package >&2; exit 100").failed ?? "", /no such package/);
  });

  test("a package that this Debian does not have keeps no other away", (context) => {
    const { failed, calls } = withApt(context, 'case "$*" in *one*) echo E: no one >&2; exit 100;; esac');
    assert.equal(failed, "E: no one");
    assert.match(calls.at(-1) ?? "", / two three$/);
  });
});

suite("the lock file", () => {
  interface Locked {
    optionalDependencies?: Record<string, string>;
    dependencies?: Record<string, string>;
    resolved?: string;
  }
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };

  test("carries no download address", () => {
    assert.deepEqual(
      Object.entries(packages).filter(([, one]) => one.resolved?.startsWith("http")),
      [],
    );
  });

  // An install elsewhere could not leave out the package of this platform, so `npm ci` refuses a lock file with gaps.
  test("names every package that another one asks for, those for other platforms too", () => {
    const missing = Object.entries(packages).flatMap(([folder, one]) => {
      const wanted = Object.keys({ ...one.dependencies, ...one.optionalDependencies });
      return wanted
        .filter((name) => !candidates(folder, name).some((place) => place in packages))
        .map((name) => `${folder}: ${name}`);
    });
    assert.deepEqual(missing, []);
  });

  /** Where a package may stand for one that asks for it: beside it, or in any folder above. */
  function candidates(folder: string, name: string): string[] {
    const parts = folder.split("/node_modules/");
    return parts
      .map((_, index) => `${parts.slice(0, parts.length - index).join("/node_modules/")}/node_modules/${name}`)
      .concat(`node_modules/${name}`);
  }
});
