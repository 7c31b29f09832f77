// The manners all commands share: help that suffices, clear words for a wrong call, exit codes.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { COMMANDS } from "../../src/cli/registry.ts";
import { helpOf, readCall } from "../../src/cli/usage.ts";
import { commandLine, crossdesk } from "../helpers/cli.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-usage-"));
});
after(() => rm(folder, { recursive: true, force: true }));

suite("the command line", () => {
  test("lists every command, and the help of each tells of all its options", async () => {
    const list = await crossdesk([]);
    assert.equal(list.code, 0);
    for (const [name, command] of Object.entries(COMMANDS)) {
      assert.match(list.out, new RegExp(`^  ${name} +${command.summary.slice(0, 10)}`, "m"));
      const help = helpOf(command);
      assert.ok(help.startsWith(`crossdesk ${name}`), name);
      for (const option of Object.keys(command.options)) assert.ok(help.includes(`--${option}`), `${name} --${option}`);
      assert.match(help, /Exit code: 0 done/);
    }
  });

  test("answers help in both ways, also when the rest of the call is wrong", async () => {
    const [one, other] = await Promise.all([crossdesk(["help", "apply"]), crossdesk(["apply", "--nonsense", "-h"])]);
    assert.equal(one.code, 0);
    assert.match(one.out, /^crossdesk apply -f FILE/);
    assert.equal(other.out, one.out);
  });

  test("says what is wrong with a call and ends with 2", async () => {
    const [command, option, nothing] = await Promise.all([
      crossdesk(["aply"]),
      crossdesk(["apply", "--fil", "x"]),
      crossdesk(["apply"]),
    ]);
    assert.deepEqual([command.code, option.code, nothing.code], [2, 2, 2]);
    assert.match(command.err, /There is no command "aply"/);
    assert.match(option.err, /Unknown option '--fil'\. Did you mean --file\?/);
    assert.match(nothing.err, /Name the site file/);
    assert.deepEqual([command.out, option.out, nothing.out], ["", "", ""]);
  });

  test("takes no word that the command does not know", () => {
    const { apply } = COMMANDS;
    assert.ok(apply);
    assert.throws(() => readCall(apply, ["-f", "site.yaml", "more"]), /"more" is too much: crossdesk apply/);
    assert.throws(() => readCall(apply, ["-f"]), /argument missing/);
  });

  test("fails with 1 and one sentence when the gateway is not there or the address is none", async () => {
    const [away, none] = await Promise.all([
      crossdesk(["apply", "-f", "-", "--url", "http://127.0.0.1:1", "--key", "cdk_much-too-secret"], "{}"),
      crossdesk(["apply", "-f", "-", "--url", "127.0.0.1:80", "--key", "x"], "{}"),
    ]);
    assert.equal(away.code, 1);
    assert.match(away.err, /^The gateway at http:\/\/127\.0\.0\.1:1 cannot be reached: .+\n$/);
    assert.ok(!away.err.includes("much-too-secret"));
    assert.equal(none.code, 2);
    assert.match(none.err, /is no address of a gateway/);
  });

  test("says in plain words which file cannot be read, or which folder cannot be made", async () => {
    const there = join(folder, "there");
    await writeFile(there, "");
    const gateway = ["--url", "http://127.0.0.1:1", "--key", "x"];
    const missing = join(folder, "missing");
    for (const [args, says] of [
      [["apply", "-f", missing, ...gateway], `${missing}: there is no such file.`],
      [["apply", "-f", folder, ...gateway], `${folder}: this is a folder.`],
      [["import", missing, ...gateway], `${missing}: there is no such file.`],
      [["import", folder, ...gateway], `${folder}: this is a folder.`],
      [["backup", there], `${there}: this is a file.`],
    ] as const) {
      const ran = await commandLine(args, { env: { DATABASE_URL: `sqlite:${there}` } });
      assert.deepEqual([ran.code, ran.err], [1, `${says}\n`], args.join(" "));
    }
  });

  test("a backup that could not begin leaves no folder", async () => {
    const to = join(folder, "backup");
    const ran = await commandLine(["backup", to], { env: { DATABASE_URL: `sqlite:${join(folder, "none.db")}` } });
    assert.match(ran.err, /The first start of the gateway makes it/);
    await assert.rejects(rm(to, { recursive: true }), /ENOENT/);
  });

  test("an import that is stopped during a call says where it goes on", async () => {
    const stop = new AbortController();
    const server = createServer(() => stop.abort()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const file = join(folder, "open.ndjson");
    await writeFile(file, '\n{"kind":"ticket","number":"T-1","subject":"x"}\n');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ran = await commandLine(["import", file, "--url", url, "--key", "x"], { signal: stop.signal });
    server.close();
    server.closeAllConnections();
    assert.deepEqual([ran.code, ran.err], [130, `Stopped. crossdesk import ${file} --from 2 goes on.\n`]);
  });
});
