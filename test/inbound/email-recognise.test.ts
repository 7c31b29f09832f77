// Recognising mails: every command can be written as a mail and comes back as it was; what is doubtful is refused.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type ReadMail, readMail } from "../../src/inbound/email/read-mail.ts";
import { isOnTask, type TaskCommand } from "../../src/inbound/email/on-task.ts";
import { type MailRules, recognise } from "../../src/inbound/email/recognise.ts";
import { readBody, readTagFormat, readTagRules } from "../../src/inbound/email/tags.ts";
import { readTime } from "../../src/inbound/email/times.ts";
import { mailFor } from "../helpers/mail.ts";

const RULES: MailRules = { tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: ["TicketId:\\s*(\\S+)"], timeZone: "Europe/Berlin" };
const ENVELOPE = { from: "noc@acme.example", to: "desk@crossdesk.example", messageId: "1@acme.example" };

async function roundTrip(command: TaskCommand): Promise<void> {
  const read: ReadMail = await readMail(mailFor(command, ENVELOPE));
  assert.ok(read.ok);
  assert.deepEqual(recognise(read.mail, RULES), { ok: true, commands: [command] });
}

/** Lines a partner's text may well hold and that mean something in a mail. */
const NASTY = [
  "",
  " ",
  "> quoted",
  " > quoted",
  ">",
  "-- ",
  "--",
  "---",
  "[[Solution]]: x",
  "  [[End]]:",
  "[[Nonsense]]: y",
  "[[Message]]",
  "\\[[Solution]]: x",
  "\\\\server\\share",
  "\\> x",
  "\\",
  "On Fri, 30 Jan 2026, Desk <d@x.example> wrote:",
  "On Fri, 30 Jan 2026, Desk",
  "wrote:",
  "Am 30.01.2026 um 10:00 schrieb Desk:",
  "-----Original Message-----",
  ".",
  "From me",
  "From: a@b.c",
  "Sent: now",
  "Sent from my phone",
  "This message is confidential and intended for you.",
  "2026年1月31日(土) 15:00 Desk <d@x.example>:",
  "a  \t",
  "\u2028",
  "\uFEFFa",
  "=20",
  "<b>&amp;</b>",
];

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const line = fc.oneof(fc.string({ unit: "grapheme", maxLength: 100 }), fc.constantFrom(...NASTY));
const isOrdinary = (text: string): boolean => text !== "" && text === text.trim() && !/[\r\0]/.test(text);
const text = fc
  .array(line, { minLength: 1, maxLength: 8 })
  .map((lines) => lines.join("\n").trim())
  .filter(isOrdinary);
const name = word.map((one) => one.replace(/[\r\n\0]/g, "").trim()).filter(isOrdinary);
const names = fc.oneof(
  fc.record({ task: name, reference: name }),
  fc.record({ task: name }),
  fc.record({ reference: name }),
) as fc.Arbitrary<{ task?: string; reference?: string }>;
const resolvedAt = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) });
const outcome = fc.constantFrom("solved" as const, "closed" as const, "returned" as const);

const commands: fc.Arbitrary<TaskCommand> = fc
  .tuple(
    names,
    fc.oneof(
      fc.record({ type: fc.constant("acknowledge" as const), message: text }, { requiredKeys: ["type"] }),
      fc.record({ type: fc.constant("update_message" as const), message: text }),
      fc.record(
        { type: fc.constant("reassignment" as const), outcome, solution: text, reason: text, resolvedAt },
        { requiredKeys: ["type", "outcome"] },
      ),
    ),
  )
  .map(([named, command]) => ({ ...command, ...named }));

suite("a command as a mail", () => {
  test("comes back as it was, whatever its texts", async () => {
    await fc.assert(fc.asyncProperty(commands, roundTrip), { numRuns: 500 });
  });

  test("every nasty line alone, between others and twice", async () => {
    for (const nasty of NASTY) {
      await roundTrip({ type: "update_message", task: "T-1", message: `a\n${nasty}\nb` });
      await roundTrip({ type: "update_message", task: "T-1", message: `${nasty}\n${nasty}\nb`.trim() });
    }
  });

  test("a text at its limit of 100,000 characters", async () => {
    await roundTrip({ type: "update_message", task: "T-1", message: `${"x".repeat(77)}\n`.repeat(1282).trim() });
  });
});

const MARK = "abcdefghijklmnopqrstuvwxyza";
const OUR_LINES = [
  "=-=-= Answer above this line =-=-=",
  `> =-=-= Ref ${MARK} =-=-=`,
  `=-=-= Ref ${MARK} =-=-=`,
  "From: a@b.c",
  "Sent: now",
];

test("an answer of any text at all is about the task of its token, and never holds our own lines", () => {
  const lines = fc.array(fc.oneof(line, fc.constantFrom(...OUR_LINES)), { maxLength: 20 }).map((all) => all.join("\n"));
  fc.assert(
    fc.property(lines, fc.boolean(), fc.boolean(), (text, automatic, direct) => {
      const answer = { task: "T-1", blocks: [MARK], direct };
      const found = recognise({ subject: "Re: [T-1]", text, automatic, answer }, RULES);
      if (!found.ok) return;
      for (const command of found.commands) {
        assert.equal(isOnTask(command) && command.task, "T-1");
        assert.doesNotMatch(JSON.stringify(command), /=-=-= (Answer|Ref)/);
      }
    }),
    { numRuns: 500 },
  );
});

test("recognising any text at all gives commands or a reason, and every text it gives is trimmed", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(line, { maxLength: 20 }).map((lines) => lines.join("\n")),
  );
  fc.assert(
    fc.property(anything, anything, fc.boolean(), (subject, body, automatic) => {
      const found = recognise({ subject, text: body, automatic }, RULES);
      if (!found.ok) return;
      for (const command of found.commands) {
        for (const value of Object.values(command)) if (typeof value === "string") assert.equal(value, value.trim());
      }
    }),
    { numRuns: 500 },
  );
});

test("tag formats are taken apart; ones without both place-holders are refused", () => {
  assert.deepEqual(readTagFormat("[[LABEL]]: [[Value]]"), { before: "[[", middle: "]]:", after: "" });
  assert.deepEqual(readTagFormat("<LABEL>Value</>"), { before: "<", middle: ">", after: "</>" });
  for (const format of ["", "LABEL", "[[Value]]", "LABELValue", "[[Value]]: [[LABEL]]", "LABEL:\nValue"]) {
    assert.equal(readTagFormat(format), null, format);
    const found = recognise({ subject: "", text: "x", automatic: false }, { ...RULES, tagFormat: format });
    assert.equal(!found.ok && found.reason, "bad_rules");
  }
});

test("a pattern that is no regular expression sets the mail aside, a number without a group is the whole match", () => {
  const mail = { subject: "re t-100 again", text: "On our way.", automatic: false };
  const bad = recognise(mail, { ...RULES, taskPatterns: ["("] });
  assert.equal(!bad.ok && bad.reason, "bad_rules");
  const whole = recognise(mail, { ...RULES, taskPatterns: ["\\bT-\\d+"] });
  assert.deepEqual(whole, { ok: true, commands: [{ type: "update_message", task: "t-100", message: "On our way." }] });
});

test("a hundred thousand quoted and empty lines, and one endless line, are read in one pass", () => {
  const rules = readTagRules(RULES);
  assert.ok(rules);
  const many = Array.from({ length: 100_000 }, (_, index) => NASTY[index % 4] ?? "").join("\n");
  assert.deepEqual(readBody(`[[Message]]: a\n${many}`, rules), { tags: [{ label: "message", value: "a" }], free: "" });
  const answer = { task: "T-1", blocks: [], direct: true };
  for (const one of ["-----", "From: a", "> >", "=-=-= a =-=-=", ""]) {
    const text = `Words.\n${`${one}\n`.repeat(100_000)}=-=-= Answer above this line =-=-=\n`;
    assert.equal(recognise({ subject: "", text, automatic: false, answer }, RULES).ok, true, one);
  }
  const endless = "On ".repeat(300_000).trim();
  assert.equal(readBody(endless, rules).free.length, endless.length);
});

test("times", () => {
  const cases: [string, string | null][] = [
    ["2026-01-31T13:30:00Z", "2026-01-31T13:30:00.000Z"],
    ["2026-01-31t13:30z", "2026-01-31T13:30:00.000Z"],
    ["2026-01-31T13:30:00.123456+02:00", "2026-01-31T11:30:00.123Z"],
    ["2026-01-31 13:30:00,5 +0200", "2026-01-31T11:30:00.500Z"],
    ["2026-01-31T13:30+02", "2026-01-31T11:30:00.000Z"],
    ["2026-01-31 13:30", "2026-01-31T12:30:00.000Z"],
    ["2026-07-31 13:30", "2026-07-31T11:30:00.000Z"],
    // The hour the clocks skip in Berlin, and the one they repeat.
    ["2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["2026-02-30T10:00Z", null],
    ["2026-01-31", null],
    ["31.01.2026 13:30", null],
    ["2026-01-31T25:00Z", null],
    ["2026-01-31T13:30 CET", null],
    ["", null],
  ];
  for (const [written, expected] of cases) {
    const read = readTime(written, "Europe/Berlin");
    assert.equal(read === null ? null : new Date(read).toISOString(), expected, written);
  }
});

test("files alone go to the task that is named; of an answer they acknowledge; of a machine they are nothing", () => {
  const answer = { task: "K1", blocks: [], direct: true };
  const of = (mail: Partial<Parameters<typeof recognise>[0]>): unknown => {
    const found = recognise({ subject: "TicketId: K1", text: "", automatic: false, hasFiles: true, ...mail }, RULES);
    return found.ok ? found.commands : found.reason;
  };
  assert.deepEqual(of({}), [{ type: "add_files", task: "K1" }]);
  assert.deepEqual(of({ subject: "Hello" }), "no_task");
  assert.deepEqual(of({ text: "[[ExternalReference]]: I1\n[[Action]]: update", subject: "Hi" }), [
    { type: "add_files", reference: "I1" },
  ]);
  assert.deepEqual(of({ text: "Words." }), [{ type: "update_message", task: "K1", message: "Words." }]);
  assert.deepEqual(of({ answer }), [{ type: "acknowledge", bare: true, beside: true, task: "K1" }]);
  assert.deepEqual(of({ automatic: true }), "automatic");
  assert.deepEqual(of({ hasFiles: false }), "nothing_to_do");
});

test("a machine acts by filled tags alone: its words are neither an update nor a message", () => {
  const of = (text: string, automatic = true): unknown => {
    const found = recognise({ subject: "Receipt", text, automatic }, RULES);
    return found.ok ? found.commands : found.reason;
  };
  const words = "[[TaskId]]: K1\n\nThank you for your mail.";
  assert.deepEqual(of(words), "automatic");
  assert.deepEqual(of(words, false), [{ type: "update_message", task: "K1", message: "Thank you for your mail." }]);
  assert.deepEqual(of("Thank you.\n\n[[TaskId]]: K1\n[[Message]]: Taken on."), [
    { type: "update_message", task: "K1", message: "Taken on." },
  ]);
  assert.deepEqual(of("Thank you.\n\n[[TaskId]]: K1\n[[ExternalReference]]: I1"), [
    { type: "acknowledge", task: "K1", reference: "I1" },
  ]);
});
