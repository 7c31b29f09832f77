// The manners all commands share: help that suffices, clear words for a wrong call, exit codes.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { COMMANDS } from "../../src/cli/registry.ts";
import { helpOf, readCall } from "../../src/cli/usage.ts";
import { crossdesk } from "../helpers/cli.ts";

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
});
