// Mails of whoever writes to a mailbox, through the door to the feed: tickets opened and written on, what untrusted mails may do, and
// references and tickets that do not belong together.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { createMailParser, type MailParser } from "../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver, type Received } from "../../src/inbound/email/receive.ts";
import type { Mailbox } from "../../src/store/site.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { KEEPING } from "../helpers/kept.ts";
import { mailOf } from "../helpers/mail.ts";

const SITE = {
  persons: [
    { id: "ada", name: "Ada Lovelace", email: "Ada@Example.com", roles: ["requester" as const] },
    { id: "front", name: "Front Desk" },
  ],
  mailboxes: ["desk", "strangers"].map((name) => ({ name, trust: { kind: "sender" as const } })),
};

const MAILBOX: Mailbox = {
  ...{ name: "desk", host: null, port: 143, security: "tls", user: "", password: "", folder: "INBOX", pollMs: 60_000 },
  ...{ trust: { kind: "sender" }, tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: ["\\b(T-\\d+)\\b"] },
  ...{ ticketPatterns: ["TicketId:\\s*(\\S+)"], referencePatterns: ["\\b(INC\\d+)\\b"] },
  ...{ openTickets: "anybody", failoverPerson: "front", labels: { "custom.Serial": [] } },
};
const DMARC = { kind: "dmarc" as const, authservId: "mx.desk.example" };

suite("mails to a mailbox that takes tickets", () => {
  let app: TestApp;
  let parser: MailParser;
  let receiver: MailReceiver;
  let serial = 0;
  before(async () => {
    app = await startApp({ site: SITE });
    parser = createMailParser();
    const findPerson = async (email: string) => (await app.app.store.persons.list({ email, limit: 1 })).items[0] ?? null;
    const parts = { door: app.door, site: app.app.store.site, log: () => undefined, report: () => undefined, parser, findPerson };
    receiver = createMailReceiver({ ...KEEPING, ...parts, memory: app.app.store.mails });
  });
  after(() => Promise.all([parser.close(), app.close()]));

  interface Sent {
    from: string;
    subject?: string;
    headers?: string[];
    messageId?: string;
    mailbox?: Partial<Mailbox>;
  }
  const receive = (text: string, { mailbox, ...envelope }: Sent): Promise<Received> => {
    const raw = mailOf(text, { to: "desk@desk.example", messageId: `${++serial}@x.example`, ...envelope });
    return receiver.receive({ ...MAILBOX, ...mailbox }, { raw, position: null, requestId: `r${serial}` });
  };
  const call = (path: string, { json, key, headers }: { json?: object; key?: string; headers?: Record<string, string> } = {}) =>
    fetch(`${app.url}${path}`, {
      method: json ? "POST" : "GET",
      headers: { authorization: `Bearer ${key ?? app.keys.ticketing}`, "content-type": "application/json", ...headers },
      ...(json ? { body: JSON.stringify(json) } : {}),
    });
  const eventOf = async ({ events }: Received) => await app.views.event(events[0] ?? "");
  const openedBy = async (received: Received) => {
    assert.deepEqual([received.outcome, received.reason], ["applied", null]);
    const event = await eventOf(received);
    assert.equal(event?.type, "ticket.created");
    assert.ok(event.ticket);
    const { subject, description, requester, requesterPerson, custom } = event.ticket;
    return { subject, description, requester, requesterPerson, custom };
  };

  test("a person's mail is that person's ticket, a stranger's that of whoever stands in, a provider's says whose address it is", async () => {
    const mine = await openedBy(
      await receive("It is dark.\n[[Serial]]: A-1\n[[End]]:\nbye", { from: "ada@example.COM", subject: "Lamp" }),
    );
    assert.deepEqual(mine, {
      subject: "Lamp",
      description: "It is dark.",
      requester: "Ada Lovelace",
      requesterPerson: "ada",
      custom: { Serial: "A-1" },
    });
    const strange = await openedBy(await receive("It is dark.", { from: "who@ever.example", subject: "Lamp" }));
    assert.deepEqual([strange.requester, strange.requesterPerson], ["who@ever.example", "front"]);
    const provider = await openedBy(await receive("Our van is broken.", { from: "noc@acme.example", subject: "Van" }));
    assert.deepEqual([provider.requester, provider.requesterPerson], ["noc@acme.example", "front"]);
  });

  test("who is not verified is a stranger, and no provider by its address", async () => {
    const mailbox = { trust: DMARC };
    const forged = await openedBy(await receive("It is dark.", { from: "ada@example.com", subject: "Lamp", mailbox }));
    assert.deepEqual([forged.requester, forged.requesterPerson], ["ada@example.com", "front"]);
    const verified = { headers: ["Authentication-Results: mx.desk.example; dmarc=pass header.from=example.com"] };
    assert.equal(
      (await openedBy(await receive("Dark.", { from: "ada@example.com", mailbox, ...verified }))).requesterPerson,
      "ada",
    );
    assert.equal((await receive("Dark.", { from: "noc@acme.example", mailbox })).reason, "sender_not_verified");
    assert.equal(
      (await receive("Dark.", { from: "ada@example.com", mailbox: { trust: { kind: "token" }, openTickets: "persons" } })).reason,
      "sender_unknown",
    );
  });

  test("strangers have one budget together, whatever their addresses, and it keeps out nobody who is known", async () => {
    const mailbox = { name: "strangers", strangersPerHour: 2, budget: { mails: 200, minutes: 60 } };
    const end = async (from: string) => {
      const { outcome, reason } = await receive(`Dark at ${from}.`, { from, subject: "Lamp", mailbox });
      return reason ?? outcome;
    };
    const ends: string[] = [];
    for (const from of ["one@ever.example", "two@ever.example", "three@ever.example", "ada@example.com", "noc@acme.example"])
      ends.push(await end(from));
    assert.deepEqual(ends, ["applied", "applied", "too_many_strangers", "applied", "applied"]);
    const answer = await call("/v1/messages?kind=quarantined&state=open&code=too_many_strangers", { key: app.keys.admin });
    const { messages } = (await answer.json()) as { messages: { sender: string; detail: string }[] };
    assert.deepEqual([messages.length, messages[0]?.sender], [1, "three@ever.example"]);
    assert.match(messages[0]?.detail ?? "", /^2 mails of senders whom nobody knows .*strangersPerHour/);
  });

  test("who may open tickets is what the mailbox says", async () => {
    const reasonOf = async (openTickets: NonNullable<Mailbox["openTickets"]>) => {
      const senders = ["noc@acme.example", "ada@example.com", "who@ever.example"];
      const all = await Promise.all(senders.map((from) => receive(`Dark ${openTickets}.`, { from, mailbox: { openTickets } })));
      return all.map((one) => one.reason);
    };
    assert.deepEqual(await reasonOf("nobody"), ["no_task", "sender_unknown", "sender_unknown"]);
    assert.deepEqual(await reasonOf("providers"), [null, "sender_unknown", "sender_unknown"]);
    assert.deepEqual(await reasonOf("persons"), [null, null, "sender_unknown"]);
    assert.deepEqual(await reasonOf("anybody"), [null, null, null]);
  });

  test("the same mail twice opens one ticket", async () => {
    const raw = mailOf("Twice.", { from: "ada@example.com", to: "d@d.example", messageId: "same@x.example" });
    const one = await receiver.receive(MAILBOX, { raw, position: null, requestId: "a" });
    const two = await receiver.receive(MAILBOX, { raw, position: null, requestId: "b" });
    assert.deepEqual([one.outcome, two.outcome], ["applied", "repeated"]);
    assert.deepEqual(two.events, one.events);
  });

  test("a text on a ticket stands in its history with its author; the provider of a task of it may write, another may not", async () => {
    const task = await app.createTask({ number: "T-7001" });
    const ticket = (await app.views.task(task, { kind: "desk" }))?.ticket ?? "";
    const subject = `Re: TicketId: ${ticket}`;
    const before = await app.views.ticket(ticket);
    await receive("Still dark.\n\nOn 3 May 2026 at 10:00 Desk <d@d.example> wrote:\n> Is it?", {
      from: "ada@example.com",
      subject,
    });
    await receive("We are there.", { from: "noc@acme.example", subject });
    assert.equal((await receive("And we?", { from: "a@globex.example", subject })).reason, "unknown_ticket");
    const events = await app.views.ticketEvents(ticket, 0, 100);
    assert.deepEqual(
      events?.items.filter(({ type }) => type === "ticket.message").map(({ message, channel }) => ({ ...message, channel })),
      [
        { text: "Still dark.", visibility: "internal", author: "ada@example.com", channel: "email" },
        { text: "We are there.", visibility: "internal", channel: "email" },
      ],
    );
    const { updatedAt: _then, revision: _old, ...was } = before ?? assert.fail();
    const { updatedAt: _now, revision: _new, ...is } = (await app.views.ticket(ticket)) ?? assert.fail();
    assert.deepEqual(is, was);
    const told = (await (await call(`/v1/tickets/${ticket}/events`)).json()) as { events: { data: { message: unknown } }[] };
    assert.ok(told.events.some(({ data }) => JSON.stringify(data.message)?.includes("ada@example.com")));
  });

  test("the desk adds a text to a ticket over REST, once for one key; a provider may not", async () => {
    const task = await app.createTask();
    const path = `/v1/tickets/${(await app.views.task(task, { kind: "desk" }))?.ticket}/messages`;
    const said = { "idempotency-key": "said-once" };
    const first = await call(path, { json: { message: " Called again. " }, headers: said });
    const again = await call(path, { json: { message: " Called again. " }, headers: said });
    assert.deepEqual([first.status, again.status], [201, 201]);
    const { event } = (await first.json()) as { event: string };
    assert.equal(((await again.json()) as { event: string }).event, event);
    const { message, type } = (await app.views.event(event)) ?? assert.fail();
    assert.deepEqual([type, message], ["ticket.message", { text: "Called again.", visibility: "internal" }]);
    assert.equal((await call(path, { json: { message: "x" }, key: app.keys.acme })).status, 403);
    assert.equal((await call(path, { json: { message: " " } })).status, 400);
    assert.equal((await call("/v1/tickets/NONE/messages", { json: { message: "x" } })).status, 404);
  });

  test("a reference found in words is learned once, and is never taken from another task", async () => {
    await app.createTask({ number: "T-7101" });
    await app.createTask({ number: "T-7102" });
    const machine = { from: "noc@acme.example", headers: ["Auto-Submitted: auto-generated"] };
    const reference = async (task: string) => (await app.views.task(task, { kind: "desk" }))?.reference;
    assert.equal((await receive("Registered.", { ...machine, subject: "[INC7101] T-7101" })).reason, null);
    assert.equal(await reference("T-7101"), "INC7101");
    assert.equal((await receive("Again.", { from: "noc@acme.example", subject: "[INC7101] T-7102" })).reason, "names_differ");
    assert.equal((await receive("Again.", { from: "noc@acme.example", subject: "[INC7199] T-7101" })).reason, "names_differ");
    assert.equal(
      (await receive("[[TaskId]]: T-7101\n[[TicketId]]: none\n[[Message]]: x", { from: "noc@acme.example" })).reason,
      "names_differ",
    );
    assert.deepEqual([await reference("T-7101"), await reference("T-7102")], ["INC7101", null]);
    const known = await receive("On our way.", { from: "noc@acme.example", subject: "INC7101" });
    assert.deepEqual([(await eventOf(known))?.task?.number, (await eventOf(known))?.message?.text], ["T-7101", "On our way."]);
  });

  test("what an untrusted mail may do is what the mailbox says", async () => {
    await app.createTask({ number: "T-7201" });
    const closed = { openTickets: "nobody" as const };
    const forged = { from: "noc@acme.example", subject: "T-7201" };
    const text = "[[Solution]]: It is done, believe me.";
    const untrusted = (untrusted: NonNullable<Mailbox["untrusted"]>) => ({ ...closed, trust: DMARC, untrusted });
    const outcome = async (sent: Sent) => {
      const { outcome, reason } = await receive(text, sent);
      return [outcome, reason];
    };
    assert.deepEqual(await outcome({ ...forged, mailbox: untrusted("quarantine") }), ["quarantined", "sender_not_verified"]);
    assert.deepEqual(await outcome({ ...forged, mailbox: untrusted("nothing") }), ["noise", "sender_not_verified"]);
    assert.deepEqual(await outcome({ ...forged, mailbox: untrusted("message") }), ["applied", null]);
    assert.deepEqual(await outcome({ from: "who@ever.example", subject: "Hello", mailbox: untrusted("message") }), [
      "quarantined",
      "sender_unknown",
    ]);
    assert.deepEqual(await outcome({ from: "who@ever.example", subject: "T-999999", mailbox: untrusted("message") }), [
      "quarantined",
      "sender_unknown",
    ]);
    const events = await app.views.taskEvents("T-7201", 0, 100, { kind: "desk" });
    const [note, ...more] = (events?.items ?? []).filter(({ channel }) => channel === "email");
    assert.deepEqual(note?.message, { text, visibility: "internal", author: "noc@acme.example" });
    assert.deepEqual([note?.task?.status, note?.provider, more], ["assigned", null, []]);
    const shown = await app.views.taskEvents("T-7201", 0, 100, { kind: "provider", provider: "acme" });
    assert.ok(!JSON.stringify(shown).includes("believe me"));
  });

  test("a copy that nobody stands behind, come first, takes nothing from the mail itself", async () => {
    await app.createTask({ number: "T-7301" });
    const mailbox: Partial<Mailbox> = { openTickets: "nobody", trust: DMARC, untrusted: "message" };
    const sent = { from: "noc@acme.example", messageId: "once@acme.example", subject: "T-7301", mailbox };
    const passed = ["Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example"];
    const text = "[[Solution]]: New fan.";
    const outcomes: string[] = [];
    for (const headers of [[], [], passed, passed]) outcomes.push((await receive(text, { ...sent, headers })).outcome);
    assert.deepEqual(outcomes, ["applied", "repeated", "applied", "repeated"]);
    assert.equal((await app.views.task("T-7301", { kind: "desk" }))?.status, "solved");
  });
});
