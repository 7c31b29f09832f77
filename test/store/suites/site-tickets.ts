// What a site says of tickets: the list of statuses, which no ticket may fall out of, and persons.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import { DEFAULT_TICKET_STATUSES } from "../../../src/store/site-tickets.ts";
import { type Environment, newTask, storeSuite } from "../../helpers/store.ts";

const received = { name: "open", portal: "received" } as const;
const done = { name: "closed", portal: "closed", final: true } as const;

/** Each document that must be refused, and what its message must say. */
const WRONG: readonly [SiteDocument, RegExp][] = [
  [{ ticketStatuses: [{ ...received, name: "On Route" }, done] }, /ticketStatuses On Route: a status has 1 to 16 small letters/],
  [{ ticketStatuses: [received, done, done] }, /ticketStatuses closed: it stands in the list twice/],
  [{ ticketStatuses: [done, received] }, /ticketStatuses: the first one is that of a new ticket/],
  [{ ticketStatuses: [received] }, /ticketStatuses: one must be final/],
  [
    { ticketStatuses: [{ ...received, name: "new" }, done] },
    /ticketStatuses open: tickets have this status, such as \S+, so it must stay/,
  ],
  [
    { ticketStatuses: [{ ...received, name: "new" }, { ...received, final: true }, done] },
    /ticketStatuses open: .*it must stay not final until they have another/,
  ],
  [{ persons: [{ id: "a b", name: "Ada" }] }, /person a b: a name has/],
  [{ persons: [{ id: "ada", name: " " }] }, /person ada: it needs a name/],
  [{ persons: [{ id: "ada", name: "Ada", language: "de_CH!" }] }, /person ada: de_CH! is not a language/],
  [{ persons: [1, 2].map(() => ({ id: "ada", name: "Ada" })) }, /person ada: it stands in the document twice/],
];

export function siteTickets(environment: () => Environment): void {
  storeSuite("the site's tickets", environment, (bench) => {
    test("what does not fit together is refused and changes nothing", async () => {
      const { store, door } = bench();
      await newTask(door);
      const before = store.site().version;
      for (const [document, says] of WRONG) await assert.rejects(store.admin.apply(document), says);
      await store.refresh();
      assert.equal(store.site().version, before);
    });

    test("the list of statuses is written as a whole; what no ticket has may go", async () => {
      const { store } = bench();
      assert.deepEqual(store.site().ticketStatuses, DEFAULT_TICKET_STATUSES);
      const ticketStatuses = [{ ...received, title: "Received" }, { name: "waiting", portal: "scheduling" } as const, done];
      assert.deepEqual(await store.admin.apply({ ticketStatuses }), [
        { kind: "ticketStatuses", name: "list", change: "created" },
      ]);
      assert.deepEqual(await store.admin.apply({ ticketStatuses }), []);
      assert.deepEqual(store.site().ticketStatuses, [
        { ...received, title: "Received", final: false },
        { name: "waiting", title: "waiting", portal: "scheduling", final: false },
        { ...done, title: "closed" },
      ]);
      await store.admin.apply({ ticketStatuses: DEFAULT_TICKET_STATUSES });
    });

    test("persons are written, found by id and address, paged and removed", async () => {
      const { store } = bench();
      const persons = ["cleo", "ada", "bob"].map((id) => ({ id, name: id, email: `${id}@Example.com`, language: "DE-ch" }));
      const changes = await store.admin.apply({ persons });
      assert.deepEqual(changes.map(({ kind, name, change }) => [kind, name, change]).sort(), [
        ["persons", "ada", "created"],
        ["persons", "bob", "created"],
        ["persons", "cleo", "created"],
      ]);
      assert.deepEqual(await store.admin.apply({ persons }), []);
      const ada = { id: "ada", name: "ada", email: "ada@example.com", phone: null, language: "de-CH", roles: [] };
      assert.deepEqual(await store.persons.one("ada"), ada);
      assert.deepEqual((await store.persons.list({ email: "ADA@example.com", limit: 5 })).items, [ada]);
      const first = await store.persons.list({ limit: 2 });
      assert.deepEqual([first.items.map(({ id }) => id), first.next], [["ada", "bob"], "bob"]);
      assert.deepEqual(
        (await store.persons.list({ limit: 2, after: "bob" })).items.map(({ id }) => id),
        ["cleo"],
      );
      await store.admin.apply({ persons: [{ id: "ada", name: "Ada", roles: ["engineer"] }] });
      assert.deepEqual(await store.persons.one("ada"), { ...ada, name: "Ada", email: null, language: null, roles: ["engineer"] });
      assert.deepEqual(await store.admin.apply({ remove: { persons: ["ada", "nobody"] } }), [
        { kind: "persons", name: "ada", change: "removed" },
      ]);
      assert.equal(await store.persons.one("ada"), null);
    });
  });
}
