// What the rules of a mailbox make of a mail, row by row: numbers in every place and their order of trust, tags in other words, and
// several tasks at once.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { chooseFiles } from "../../src/inbound/email/attach.ts";
import type { MailText } from "../../src/inbound/email/recognise.ts";
import { known, PROVIDER, RULES, read, TOKEN, update } from "./email-rules-mails.ts";

suite("numbers, by the order of trust", () => {
  const rows: [string, Partial<MailText>, unknown][] = [
    ["in the subject", { subject: "Re: tsk-1", text: "Hello" }, update("tsk-1", "Hello")],
    ["by a second pattern", { subject: "Task no. 77", text: "Hello" }, update("77", "Hello")],
    ["twice the same, however written", { subject: "TSK-1, tsk-1", text: "Hello" }, update("TSK-1", "Hello")],
    ["in the text", { text: "As to TSK-1: done" }, update("TSK-1", "As to TSK-1: done")],
    ["the subject before the text", { subject: "TSK-1", text: "Like TSK-2" }, update("TSK-1", "Like TSK-2")],
    ["two in the subject", { subject: "TSK-1 and TSK-2", text: "Hello" }, "ambiguous_task"],
    ["two in the text", { text: "TSK-1 and TSK-2" }, "ambiguous_task"],
    ["a tag and another in the subject", { subject: "TSK-2", text: "[[TaskId]]: TSK-1\n[[Message]]: x" }, "conflict"],
    [
      "a tag, and it among others in the subject",
      { subject: "TSK-2 TSK-1", text: "[[TaskId]]: tsk-1\n[[Message]]: x" },
      update("tsk-1", "x"),
    ],
    [
      "the id of a process and a number in the subject",
      { subject: "TSK-2", text: "[[TaskId]]: 019a4b2c-7d1e-7a00-8000-5b1d2c3e4f50\n[[Message]]: x" },
      update("019a4b2c-7d1e-7a00-8000-5b1d2c3e4f50", "x"),
    ],
    ["a token and another in the subject", { subject: "TSK-2", text: "Hello", answer: TOKEN }, "conflict"],
    ["a token and another tag", { text: "[[TaskId]]: TSK-2\n[[Message]]: x", answer: TOKEN }, "conflict"],
    ["only in what is quoted", { text: "Hello\n\n> about TSK-1" }, "no_task"],
    ["nowhere", { subject: "Hello", text: "Hello" }, "no_task"],
  ];
  for (const [name, mail, expected] of rows) test(name, () => assert.deepEqual(read(mail), expected));
});

suite("what Status and Action say", () => {
  const words = { ...RULES, openTickets: "providers" as const, words: { solved: ["Erledigt"], update: ["Mise à jour"] } };
  const of = (tags: string) => ({ text: `[[TaskId]]: TSK-1\n${tags}` });
  const back = (outcome: string, more: object) => [{ type: "reassignment", task: "TSK-1", outcome, ...more }];
  const rows: [string, string, unknown][] = [
    ["in German", "[[Status]]: Gelöst\n[[Solution]]: x", back("solved", { solution: "x" })],
    ["with its marks apart", "[[Status]]: gelo\u0308st\n[[Solution]]: x", back("solved", { solution: "x" })],
    ["in German, given back", "[[Status]]: zurueckgegeben\n[[Reason]]: x", back("returned", { reason: "x" })],
    ["in the mailbox's words", "[[Status]]: ERLEDIGT\n[[Solution]]: x", back("solved", { solution: "x" })],
    [
      "in two words that mean the same",
      "[[Status]]: solved\n[[Status]]: gelöst\n[[Solution]]: x",
      back("solved", { solution: "x" }),
    ],
    ["an action in the mailbox's words", "[[Action]]: mise à jour\n[[Message]]: x", update("TSK-1", "x")],
    ["an action in German", "[[Action]]: Aktualisierung\n[[Message]]: x", update("TSK-1", "x")],
    ["a word within others", "[[Status]]: fast gelöst\n[[Solution]]: x", "bad_tag"],
    ["a word that is none", "[[Status]]: done\n[[Solution]]: x", "bad_tag"],
    ["a word of the other tag", "[[Action]]: gelöst\n[[Message]]: x", "bad_tag"],
    ["a word that no mailbox has said", "[[Status]]: fini\n[[Solution]]: x", "bad_tag"],
  ];
  for (const [name, tags, expected] of rows) test(name, () => assert.deepEqual(read(of(tags), words), expected));
  test("a ticket is asked for in German", () => {
    const [made] = read({ subject: "Licht", text: "[[Action]]: Neues Ticket", sender: PROVIDER }, words) as [{ type: string }];
    assert.equal(made.type, "create_ticket");
  });
  test("a mailbox's word counts in that mailbox alone", () => {
    assert.equal(read(of("[[Status]]: Erledigt\n[[Solution]]: x")), "bad_tag");
  });
});

suite("the provider's own number", () => {
  const machine = { automatic: true, text: "Your request was received. Please do not answer." };
  const rows: [string, Partial<MailText>, unknown][] = [
    ["beside the task's, by a machine", { ...machine, subject: "[INC0042] TSK-1" }, known("TSK-1", "INC0042")],
    ["beside a token, by a machine", { ...machine, subject: "INC0042 created", answer: TOKEN }, known("TSK-1", "INC0042")],
    ["in a machine's text", { automatic: true, subject: "TSK-1", text: "Logged as #123456." }, known("TSK-1", "123456")],
    ["alone, by a machine", { ...machine, subject: "INC0042" }, "automatic"],
    ["none, by a machine", { ...machine, subject: "TSK-1" }, "automatic"],
    ["two, by a machine", { ...machine, subject: "TSK-1 INC0042 INC0043" }, "ambiguous_reference"],
    [
      "beside the task's, by a person",
      { subject: "TSK-1 / INC0042", text: "On our way" },
      known("TSK-1", "INC0042", "On our way"),
    ],
    [
      "beside a token, by a person",
      { subject: "INC0042", text: "On our way", answer: TOKEN },
      known("TSK-1", "INC0042", "On our way"),
    ],
    [
      "alone, by a person",
      { subject: "INC0042", text: "Hello" },
      [{ type: "update_message", reference: "INC0042", message: "Hello", found: true }],
    ],
    [
      "two in the text where the task is known",
      { subject: "TSK-1", text: "See INC0042, INC0043" },
      update("TSK-1", "See INC0042, INC0043"),
    ],
    [
      "a tag before what is found",
      { subject: "TSK-1 INC0042", text: "[[ExternalReference]]: INC0099" },
      [{ type: "acknowledge", task: "TSK-1", reference: "INC0099" }],
    ],
    [
      "with a solution",
      { subject: "TSK-1 INC0042", text: "[[Solution]]: Fixed" },
      [{ type: "reassignment", task: "TSK-1", reference: "INC0042", found: true, outcome: "solved", solution: "Fixed" }],
    ],
  ];
  for (const [name, mail, expected] of rows) test(name, () => assert.deepEqual(read(mail), expected));

  test("a pattern that fits our own numbers too finds none of them", () => {
    const rules = { ...RULES, referencePatterns: ["\\b([A-Z]{3}-?\\d+)\\b"] };
    assert.deepEqual(read({ subject: "TSK-1 for INC0042", text: "x" }, rules), known("TSK-1", "INC0042", "x"));
    assert.deepEqual(read({ subject: "TSK-1", text: "x" }, rules), update("TSK-1", "x"));
  });
});

suite("tags in other words and formats", () => {
  const solved = (task: string, solution: string) => [{ type: "reassignment", task, outcome: "solved", solution }];
  test("names of the mailbox's own, in any case and normal form", () => {
    assert.deepEqual(
      read({ text: "[[auftrag]]: TSK-1\n[[LO\u0308SUNG]]: Getauscht.\nFertig." }),
      solved("TSK-1", "Getauscht.\nFertig."),
    );
    assert.deepEqual(read({ text: "[[TaskId]]: TSK-1\n[[Soluzione]]: Fatto" }), solved("TSK-1", "Fatto"));
    assert.equal(read({ text: "[[TaskId]]: TSK-1\n[[Lösung]]: a\n[[Solution]]: b" }), "bad_tag");
  });
  test("several formats side by side, each value ending as its own has it", () => {
    const rules = { ...RULES, tagFormat: ["[[LABEL]]: [[Value]]", "<LABEL>Value</>", "LABEL = Value"] };
    assert.deepEqual(
      read({ text: "<TaskId>TSK-1</>\nSolution = One.\nTwo.\n[[End]]:\nx" }, rules),
      solved("TSK-1", "One.\nTwo."),
    );
    assert.deepEqual(
      read({ text: "TSK-1\n<Solution>One\ntwo</> three" }, { ...rules, tagFormat: rules.tagFormat }),
      solved("TSK-1", "One\ntwo</> three"),
    );
    assert.equal(read({ text: "x" }, { ...RULES, tagFormat: ["[[LABEL]]: [[Value]]", "LABEL"] }), "bad_rules");
  });
  test("tags of tickets mean nothing where a mailbox has nothing to do with tickets", () => {
    const { ticketPatterns: _none, ...rules } = RULES;
    assert.deepEqual(
      read({ text: "[[TaskId]]: TSK-1\n[[TicketId]]: 7\n[[Priority]]: Low\nHello" }, rules),
      update("TSK-1", "Hello"),
    );
  });
});

suite("several at once", () => {
  test("tasks one after the other by their tags, all or none", () => {
    const text =
      "[[TaskId]]: TSK-1\n[[Solution]]: a\n[[TaskId]]: TSK-2\n[[ExternalReference]]: X\n[[Message]]: b\n[[TaskId]]: TSK-3\n[[Status]]: closed";
    assert.deepEqual(read({ subject: "TSK-9", text }), [
      { type: "reassignment", task: "TSK-1", outcome: "solved", solution: "a" },
      { type: "update_message", task: "TSK-2", reference: "X", message: "b" },
      { type: "reassignment", task: "TSK-3", outcome: "closed" },
    ]);
    assert.equal(read({ text: `${text}\n[[Status]]: perhaps` }), "bad_tag");
    const many = Array.from({ length: 21 }, (_, index) => `[[TaskId]]: T${index}\n[[Message]]: x`).join("\n");
    assert.equal(read({ text: many }), "bad_tag");
  });
  test("a text for the ticket beside what is said of its task", () => {
    const text = "[[TaskId]]: TSK-1\n[[TicketId]]: 7\n[[Solution]]: Fixed\n[[TicketMessage]]: Call the customer.";
    assert.deepEqual(read({ text }), [
      { type: "reassignment", task: "TSK-1", ticket: "7", outcome: "solved", solution: "Fixed" },
      { type: "add_ticket_message", ticket: "7", text: "Call the customer." },
    ]);
    const alone = "Hello\n[[TaskId]]: TSK-1\n[[TicketId]]: 7\n[[TicketMessage]]: x";
    assert.deepEqual(read({ text: alone }), [{ type: "add_ticket_message", ticket: "7", text: "x", task: "TSK-1" }]);
    assert.equal(read({ text: "[[TaskId]]: TSK-1\n[[TicketMessage]]: x" }), "bad_tag");
  });
});

test("limits for files name the file and what may come", () => {
  const one = (name: string, bytes: number, inline = false, contentType = "application/pdf") => ({
    ...{ name, inline, contentType, contentId: "", sha256: "", content: new Uint8Array(bytes) },
  });
  const files = [
    one("a.pdf", 10),
    one("logo.png", 100, true, "image/png"),
    one("shot.png", 9000, true, "image/png"),
    one("b.exe", 20),
  ];
  const chosen = (rules: Parameters<typeof chooseFiles>[1], limitBytes = 1_000_000, taken: string[] = []) => {
    const end = chooseFiles(files, rules, { limitBytes, taken });
    return end.ok ? end.files.map((file) => file.name).join() : `${end.reason}: ${end.detail}`;
  };
  assert.equal(chosen(undefined), "a.pdf,shot.png,b.exe");
  assert.equal(chosen({ inlineImages: "leave" }), "a.pdf,b.exe");
  assert.equal(chosen({ most: 1 }), "too_many_files: A mail may bring 1 files here.");
  assert.equal(chosen({ most: 1, refused: "leave" }), "a.pdf");
  assert.equal(chosen({ mostBytes: 15 }), "file_too_large: b.exe has 20 bytes; 15 may come by mail.");
  assert.equal(chosen({}, 15), "file_too_large: b.exe has 20 bytes; 15 may come by mail.");
  assert.equal(chosen({ types: [".pdf"] }), "file_type_refused: b.exe is not of a kind that is taken: .pdf.");
  assert.equal(chosen({ types: [".pdf"], refused: "leave" }), "a.pdf");
  assert.equal(chosen({}, 1000, [".pdf"]), "file_type_refused: b.exe is not of a kind that is taken: .pdf.");
  assert.equal(chosen({ refused: "leave" }, 1000, [".pdf"]), "a.pdf");
});
