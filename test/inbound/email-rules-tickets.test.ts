// Which tickets mails open, what they add to one, and what a sender may do whom nobody knows, row by row.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { MailText } from "../../src/inbound/email/recognise.ts";
import { ADA, NOBODY, OPENING, PROVIDER, read, STRANGER } from "./email-rules-mails.ts";

suite("tickets", () => {
  const opened = (fields: object) => [{ type: "create_ticket", fields }];
  const about = { subject: " No\n light ", text: "In the hall.\n\n-- \nAda" };
  const plain = { subject: "No light", description: "In the hall." };
  const rows: [string, Partial<MailText>, unknown][] = [
    [
      "of a provider",
      { ...about, sender: PROVIDER },
      opened({ ...plain, requester: "noc@acme.example", requesterPerson: "front-desk" }),
    ],
    ["of a person", { ...about, sender: ADA }, opened({ ...plain, requesterPerson: "ada" })],
    [
      "of a stranger",
      { ...about, sender: STRANGER },
      opened({ ...plain, requester: "ada@example.com", requesterPerson: "front-desk" }),
    ],
    [
      "filled by tags",
      {
        subject: "Fault",
        text: "Hello\n[[Subject]]: Lamp\n[[Description]]: It is\n\ndark.\n[[Priorität]]: Low\n[[Seriennummer]]: A-1\n[[Source]]: Email\n[[Requester]]: Bob\n[[Other]]: x",
        sender: PROVIDER,
      },
      opened({
        ...{ subject: "Lamp", description: "It is\n\ndark.", priority: "Low", requester: "Bob", requesterPerson: "front-desk" },
        custom: { Serial: "A-1", Source: "Email" },
      }),
    ],
    [
      "by a stranger who speaks in another's name",
      { subject: "Fault", text: "It is dark.\n[[Requester]]: Ada Lovelace", sender: STRANGER },
      opened({
        ...{ subject: "Fault", description: "It is dark.\n\nRequester: Ada Lovelace" },
        ...{ requester: "ada@example.com", requesterPerson: "front-desk" },
      }),
    ],
    [
      "by a person for another",
      { subject: "Fault", text: "[[Requester]]: Bob", sender: ADA },
      opened({ subject: "Fault", requester: "Bob", requesterPerson: "ada" }),
    ],
    [
      "without a subject",
      { text: "Dark here.\nVery.", sender: ADA },
      opened({ subject: "Dark here.", description: "Dark here.\nVery.", requesterPerson: "ada" }),
    ],
    ["without words", { subject: "Dark", sender: ADA }, opened({ subject: "Dark", requesterPerson: "ada" })],
    ["without anything", { sender: ADA }, "nothing_to_do"],
    ["by a machine", { ...about, automatic: true, sender: STRANGER }, "automatic"],
    ["by a provider's machine, without tags", { ...about, automatic: true, sender: PROVIDER }, "automatic"],
    [
      "asked for by a provider's machine",
      { subject: "Dark", text: "[[Action]]: New ticket", automatic: true, sender: PROVIDER },
      opened({ subject: "Dark", requester: "noc@acme.example", requesterPerson: "front-desk" }),
    ],
    ["where something of a task is said", { ...about, text: "[[Solution]]: x", sender: PROVIDER }, "no_task"],
    ["with tags of a task, by a person", { ...about, text: "[[Status]]: closed\nx", sender: ADA }, "bad_tag"],
    [
      "a text on one, by a person",
      { subject: "TicketId: 7", text: "Again.", sender: ADA },
      [{ type: "add_ticket_message", ticket: "7", text: "Again.", author: "ada@example.com" }],
    ],
    [
      "a text on one, by a provider",
      { subject: "TicketId: 7", text: "Again.", sender: PROVIDER },
      [{ type: "add_ticket_message", ticket: "7", text: "Again." }],
    ],
    ["two named", { subject: "TicketId: 7 TicketId: 8", text: "Again.", sender: ADA }, "ambiguous_ticket"],
    [
      "a person writes of a task",
      { subject: "TSK-1", text: "Again.", sender: ADA },
      [{ type: "add_message", task: "TSK-1", text: "Again.", visibility: "internal", author: "ada@example.com" }],
    ],
  ];
  for (const [name, mail, expected] of rows) test(name, () => assert.deepEqual(read(mail, OPENING), expected));

  test("are opened by nobody where the mailbox does not say so", () => {
    assert.equal(read({ ...about }), "no_task");
    assert.equal(read({ ...about, text: "[[Action]]: ticket" }), "bad_tag");
  });
  test("a subject of any length becomes one that fits", () => {
    const [command] = read({ subject: `${"x".repeat(499)}😀`, sender: ADA }, OPENING) as [{ fields: { subject: string } }];
    assert.equal(command.fields.subject, "x".repeat(499));
  });
});

test("who nobody stands behind leaves a note, word for word, and obeys no tag", () => {
  const text = "[[TaskId]]: TSK-2\n[[Solution]]: Hacked";
  const noted = { text, author: "ada@example.com" };
  assert.deepEqual(read({ subject: "TSK-1", text, sender: NOBODY }), [
    { type: "add_message", task: "TSK-1", visibility: "internal", ...noted },
  ]);
  assert.equal(read({ subject: "Hello", text: "x", sender: NOBODY }, OPENING), "no_task");
  assert.equal(read({ subject: "TSK-1", text, automatic: true, sender: NOBODY }), "automatic");
});
