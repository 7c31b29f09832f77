// Files of tasks: names and types as they are kept, and who may add one to which task, in which direction.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { MOST_NAME, safeContentType, safeFileName } from "../../src/core/attachment.ts";
import type { AddAttachment } from "../../src/core/commands/add-attachment.ts";
import { LIMITS } from "../../src/core/commands/command.ts";
import { SIGNALS } from "../../src/core/events.ts";
import { ACME, ADMINISTRATOR, createWorld, GLOBEX, GROUPS, group, SHA256, TICKETING, withTask } from "../helpers/world.ts";

const NAMES: readonly (readonly [string, string])[] = [
  ["plan.pdf", "plan.pdf"],
  ["Pläne für Straße 7 (neu).pdf", "Pläne für Straße 7 (neu).pdf"],
  ["写真.jpg", "写真.jpg"],
  ["🙂.png", "🙂.png"],
  ["../../etc/passwd", "___.._etc_passwd"],
  ["C:\\fakepath\\plan.pdf", "C__fakepath_plan.pdf"],
  ["notes.txt:hidden", "notes.txt_hidden"],
  [".htaccess", "_htaccess"],
  ["...", "___"],
  ["  .profile ", "_profile"],
  ["a\r\nSet-Cookie: b", "a__Set-Cookie_ b"],
  ["nul\0.txt", "nul_.txt"],
  ["photo\u202egpj.exe", "photo_gpj.exe"],
  ["\u2066a\u2069.txt", "_a_.txt"],
  ["half\ud83d.txt", "half_.txt"],
  ["line\u2028.txt", "line_.txt"],
  ["", "file"],
  [" \t ", "_"],
];

const TYPES: readonly (readonly [string | null | undefined, string])[] = [
  ["image/png", "image/png"],
  [" text/plain; charset=utf-8 ", "text/plain; charset=utf-8"],
  ['text/plain;charset="utf-8"', 'text/plain;charset="utf-8"'],
  ["application/vnd.ms-excel+x", "application/vnd.ms-excel+x"],
  ["image", "application/octet-stream"],
  ["text/html, text/plain", "application/octet-stream"],
  ["text/pl ain", "application/octet-stream"],
  ["text/html\r\nX-A: b", "application/octet-stream"],
  ['text/plain; a="b\\"c"', "application/octet-stream"],
  [`text/${"x".repeat(300)}`, "application/octet-stream"],
  ["", "application/octet-stream"],
  [null, "application/octet-stream"],
  [undefined, "application/octet-stream"],
];

suite("what is kept of a file", () => {
  for (const [given, kept] of NAMES)
    test(`the name ${JSON.stringify(given)}`, () => {
      assert.equal(safeFileName(given), kept);
      assert.equal(safeFileName(kept), kept, "a name that is safe stays");
    });

  test("a long name keeps its ending, and is cut between characters", () => {
    const long = safeFileName(`${"a".repeat(300)}.jpeg`);
    assert.deepEqual([long.length, long.slice(-6)], [MOST_NAME, "a.jpeg"]);
    const cut = safeFileName("🙂".repeat(200));
    assert.ok(cut.isWellFormed() && cut.length <= MOST_NAME && cut.length >= MOST_NAME - 1);
    const odd = safeFileName(`${"a".repeat(250)}.${"b".repeat(100)}`);
    assert.equal(odd.length, MOST_NAME);
    assert.equal(safeFileName("x".repeat(10_000_000)).length, MOST_NAME);
  });

  for (const [given, kept] of TYPES)
    test(`the type ${JSON.stringify(given)?.slice(0, 40)}`, () => assert.equal(safeContentType(given), kept));
});

const add = (attachment: string, change: Partial<AddAttachment> = {}): AddAttachment => ({
  ...{ type: "add_attachment", task: "K1", attachment, name: "../plan.pdf", contentType: "application/pdf" },
  ...{ size: 3, sha256: SHA256 },
  ...change,
});

/** A world with the task K1 with acme, a file of each, and one more of acme. */
function stage(groups = GROUPS) {
  const world = withTask("acme-field", groups);
  for (const [id, owner] of [
    ["A1", "acme"],
    ["A2", "acme"],
    ["G1", "globex"],
    ["D1", null],
    ["D2", null],
  ] as const)
    world.stage(id, owner);
  return world;
}

suite("a file is added to a task", () => {
  test("by its provider: in, with its safe name", () => {
    const [draft] = stage().give(ACME, add("A1", { reference: "INC7" }));
    assert.equal(draft?.type, "task.attachment");
    assert.deepEqual([draft?.provider, draft?.signal, draft?.process], ["acme", "updateIn", null]);
    assert.equal(SIGNALS.updateIn.app, "TaskExternalUpdateMessage");
    const facts = { id: "A1", name: "___plan.pdf", contentType: "application/pdf", size: 3, sha256: SHA256 };
    assert.deepEqual(draft?.changes, {
      reference: { provider: "acme", value: "INC7" },
      attachment: { ...facts, visibility: "provider" },
    });
  });

  test("found by the provider's own reference", () => {
    const world = stage();
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "INC7" });
    const [draft] = world.give(ACME, add("A1", { task: null, reference: "INC7" }));
    assert.deepEqual([draft?.task, draft?.changes.reference], ["K1", undefined]);
  });

  test("by ticketing for the provider: out, and starts its process", () => {
    const [draft] = stage().give(TICKETING, add("D1", { visibility: "provider" }));
    assert.deepEqual([draft?.provider, draft?.signal, draft?.process], ["acme", "updateOut", "update-message"]);
    assert.equal(draft?.changes.attachment?.visibility, "provider");
  });

  test("by ticketing for the desk alone: no signal, also on a closed task", () => {
    const world = stage();
    const [draft] = world.give(TICKETING, add("D1", { visibility: "internal" }));
    assert.deepEqual([draft?.provider, draft?.signal, draft?.process], [null, null, null]);
    assert.equal(draft?.changes.attachment?.visibility, "internal");
    world.give(TICKETING, { type: "close_task", task: "K1" });
    world.give(TICKETING, add("D2", { visibility: "internal" }));
  });

  test("a provider has no word in who sees it", () => {
    const [draft] = stage().give(ACME, add("A1", { visibility: "internal" }));
    assert.deepEqual([draft?.provider, draft?.changes.attachment?.visibility], ["acme", "provider"]);
  });

  test("by nobody else, and not to a task of others", () => {
    const world = stage();
    assert.equal(world.refused(ADMINISTRATOR, add("D1")), "forbidden");
    assert.equal(world.refused(GLOBEX, add("G1")), "unknown_task");
    assert.equal(world.refused(TICKETING, add("D1", { task: "K9", visibility: "internal" })), "unknown_task");
    assert.equal(world.refused(ACME, add("A1", { task: null })), "task_required");
    assert.equal(world.refused(TICKETING, add("D1")), "invalid_request");
  });

  test("only whole, only one's own, only once", () => {
    const world = stage();
    assert.equal(world.refused(ACME, add("nothing")), "unknown_attachment");
    assert.equal(world.refused(ACME, add("G1")), "unknown_attachment");
    assert.equal(world.refused(ACME, add("D1")), "unknown_attachment");
    assert.equal(world.refused(TICKETING, add("A1", { visibility: "provider" })), "unknown_attachment");
    assert.equal(world.refused(ACME, add("A1", { size: 4 })), "unknown_attachment");
    assert.equal(world.refused(ACME, add("A1", { sha256: SHA256.replace("b", "c") })), "unknown_attachment");
    world.give(ACME, add("A1"));
    assert.equal(world.refused(ACME, add("A1")), "unknown_attachment");
    const twice = world.decide({ caller: ACME, commands: [add("A2"), add("A2")] });
    assert.deepEqual(twice, { kind: "refused", index: 1, refusal: { code: "unknown_attachment" } });
  });

  test("to a closed or withdrawn task only where the group keeps what is late, and without changing it", () => {
    const world = stage();
    world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.equal(world.refused(ACME, add("A1")), "task_closed");
    assert.equal(world.refused(TICKETING, add("D1", { visibility: "provider" })), "task_closed");
    const patient = stage([
      ...GROUPS.filter(({ name }) => name !== "acme-field"),
      group("acme-field", { provider: "acme", late: "keep" }),
    ]);
    patient.give(TICKETING, { type: "assign_task", task: "K1", group: "service-desk" });
    assert.equal(patient.refused(TICKETING, add("D1", { visibility: "provider" })), "not_with_provider");
    const before = patient.task("K1");
    const [draft] = patient.give(ACME, add("A1", { reference: "LATE" }));
    assert.deepEqual([draft?.changes.late, draft?.changes.attachment?.id, patient.task("K1")], [true, "A1", before]);
  });

  test("at most fifty times", () => {
    const world = createWorld();
    const task = { type: "create_task", ticket: "T1", number: "K1", group: "acme-field", fields: { subject: "x" } } as const;
    world.give(TICKETING, task);
    const ids = Array.from({ length: LIMITS.attachments + 1 }, (_, n) => `A${n}`);
    for (const id of ids) world.stage(id, "acme");
    const tooMany = world.decide({ caller: ACME, commands: ids.map((id) => add(id)) });
    assert.equal(tooMany.kind === "refused" && tooMany.index, LIMITS.attachments);
    for (const id of ids.slice(0, LIMITS.attachments)) world.give(ACME, add(id));
    assert.equal(world.refused(ACME, add(ids.at(-1) ?? "")), "too_many_attachments");
    world.give(TICKETING, { ...task, number: "K2" });
    world.give(ACME, add(ids.at(-1) ?? "", { task: "K2" }));
  });

  test("the same bytes twice within the window are one file; the second copy stays free", () => {
    const world = stage();
    const unit = { caller: ACME, digest: "d".repeat(32) };
    assert.equal(world.decide({ ...unit, commands: [add("A1")] }).kind, "new");
    assert.equal(world.decide({ ...unit, commands: [add("A2")] }).kind, "repeat");
    assert.ok(world.world.stagedAttachment("A2"));
  });
});
