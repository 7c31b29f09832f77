// The site: what an operator changes holds from the next unit on, and nothing that does not fit together is ever applied.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import {
  answered,
  codeOf,
  type Environment,
  GLOBEX,
  LATE,
  message,
  newTask,
  STORE_SITE,
  storeSuite,
  unit,
} from "../../helpers/store.ts";
import { siteOutgoing } from "./site-outgoing.ts";

const password = "correct horse battery";
const oauth2 = { tokenUrl: "https://t.example/", clientId: "c", clientSecret: password };
const mailbox = { name: "m", trust: { kind: "sender" } } as const;

/** Each document that must be refused, and what its message must say. */
const WRONG: readonly [SiteDocument, RegExp][] = [
  [{ providers: [{ name: "-x" }] }, /provider -x: a name has/],
  [{ providers: [{ name: "x y" }] }, /provider x y: a name has/],
  [{ providers: [{ name: "x".repeat(65) }] }, /provider x+: a name has/],
  [{ providers: [{ name: "p", timeZone: "Mars/Base" }] }, /provider p: Mars\/Base is not a time zone/],
  [{ providers: [{ name: "p", soap: { charset: "klingon" } }] }, /provider p: klingon is not a charset/],
  [{ groups: [{ name: "g h" }] }, /group g h: a name has/],
  [{ groups: [{ name: "g", provider: "nobody", returnGroup: "service-desk" }] }, /group g: there is no provider nobody/],
  [{ groups: [{ name: "g", provider: "acme" }] }, /group g: .*returnGroup/],
  [{ groups: [{ name: "g", provider: "acme", returnGroup: "nowhere" }] }, /group g: there is no group nowhere/],
  [
    { groups: [{ name: "g", provider: "acme", returnGroup: "globex-net" }] },
    /group g: the returnGroup globex-net has a provider/,
  ],
  [
    { groups: [{ name: "service-desk", provider: "acme", returnGroup: "second-line" }] },
    /group acme-field: the returnGroup service-desk has a provider/,
  ],
  [{ remove: { groups: ["service-desk"] } }, /group acme-field: there is no group service-desk/],
  [{ remove: { providers: ["acme"] } }, /group acme-field: .*provider acme/],
  [{ remove: { providers: ["acme"], groups: ["acme-field"] } }, /credential acme: .*provider acme/],
  [{ credentials: [{ id: "c d", role: "ticketing", apiKey: "generate" }] }, /credential c d: a name has/],
  [{ credentials: [{ id: "c", apiKey: "generate" }] }, /credential c: give either provider or role/],
  [
    { credentials: [{ id: "c", provider: "acme", role: "ticketing", apiKey: "generate" }] },
    /credential c: give either provider or role/,
  ],
  [{ credentials: [{ id: "c", provider: "nobody", apiKey: "generate" }] }, /credential c: there is no provider nobody/],
  [{ credentials: [{ id: "c", role: "ticketing" }] }, /credential c: give exactly one/],
  [
    { credentials: [{ id: "c", role: "ticketing", apiKey: "generate", basic: { user: "u", password } }] },
    /credential c: give exactly one/,
  ],
  [{ credentials: [{ id: "c", role: "ticketing", email: "a@b" }] }, /credential c: a mail sender belongs to a provider/],
  [{ credentials: [{ id: "c", role: "ticketing", basic: { user: "u:v", password } }] }, /credential c: a user name has no colon/],
  [
    { credentials: ["c", "d"].map((id) => ({ id, role: "ticketing" as const, basic: { user: "u", password } })) },
    /credential d: the user u belongs to the credential c/,
  ],
  [{ mailboxes: [{ ...mailbox, name: "m n" }] }, /mailbox m n: a name has/],
  [{ mailboxes: [{ ...mailbox, taskPatterns: ["(", "x"] }] }, /mailbox m: \( is not a regular expression/],
  [{ mailboxes: [{ ...mailbox, tagFormat: "[[LABEL]]" }] }, /mailbox m: the tagFormat needs/],
  [{ mailboxes: [{ ...mailbox, tagFormat: ["[[LABEL]]: [[Value]]", "x"] }] }, /mailbox m: the tagFormat needs/],
  [{ mailboxes: [{ ...mailbox, ticketPatterns: ["["] }] }, /mailbox m: \[ is not a regular expression/],
  [{ mailboxes: [{ ...mailbox, referencePatterns: ["\\p{Nonsense}"] }] }, /mailbox m: .* is not a regular expression/],
  [{ mailboxes: [{ ...mailbox, labels: { Colour: ["Farbe"] } }] }, /mailbox m: labels: Colour is no tag/],
  [{ mailboxes: [{ ...mailbox, words: { closed: ["GELÖST"] } }] }, /mailbox m: words: GELÖST would mean closed and solved/],
  [{ mailboxes: [{ ...mailbox, strangersPerHour: 5 }] }, /strangersPerHour is for openTickets anybody/],
  [{ mailboxes: [{ ...mailbox, labels: { Solution: ["[[x"] } }] }, /mailbox m: labels: \[\[x cannot be a label/],
  [
    { mailboxes: [{ ...mailbox, labels: { Solution: ["Text"], Message: ["TEXT"] } }] },
    /labels: TEXT would mean message and solution/,
  ],
  [{ mailboxes: [{ ...mailbox, labels: { Solution: ["Status"] } }] }, /labels: Status would mean solution and status/],
  [{ mailboxes: [{ ...mailbox, openTickets: "anybody" }] }, /mailbox m: openTickets anybody needs a failoverPerson/],
  [{ mailboxes: [{ ...mailbox, failoverPerson: "nobody" }] }, /mailbox m: there is no person nobody/],
  [{ mailboxes: [{ ...mailbox, host: "imap.example" }] }, /mailbox m: .*user and password/],
  [
    { mailboxes: [{ ...mailbox, oauth2: { tokenUrl: "https://t.example/", clientId: "c" } }] },
    /mailbox m: oauth2 needs a clientSecret, a refresh/,
  ],
  [{ mailboxes: [{ ...mailbox, oauth2, password }] }, /mailbox m: it has a password and oauth2/],
  [{ mailboxes: [{ ...mailbox, oauth2: { ...oauth2, tokenUrl: "http://t.example/" } }] }, /mailbox m: .* begin with https/],
  [{ mailboxes: [{ ...mailbox, oauth2: { ...oauth2, tokenUrl: "https://u:p@t.example/" } }] }, /mailbox m: .* not an address/],
  [
    { mailboxes: [{ ...mailbox, ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }] },
    /mailbox m: ca is not a cert/,
  ],
  [
    { mailboxes: [{ ...mailbox, folder: "inbox", handled: { kind: "move", folder: "INBOX" } }] },
    /mailbox m: handled mails cannot/,
  ],
  ...["imap.example", "localhost.example", "127.example"].map((host): [SiteDocument, RegExp] => [
    { mailboxes: [{ ...mailbox, host, user: "u", password, security: "none" }] },
    /mailbox m: security none/,
  ]),
];

export function site(environment: () => Environment): void {
  siteOutgoing(environment);
  storeSuite("the site", environment, (bench) => {
    const said = (caller = LATE) => codeOf(newMessage(caller));
    const newMessage = async (caller: typeof LATE) => {
      const task = await newTask(bench().door, "late-team");
      return bench().door.execute(unit(caller, message(task, "hello")));
    };

    test("a credential that was taken away ends with the very next unit", async () => {
      const { store, door } = bench();
      const task = await newTask(door, "late-team");
      await answered(door.execute(unit(LATE, message(task, "hello"))));
      assert.deepEqual(await store.admin.apply({ remove: { credentials: ["late"] } }), [
        { kind: "credentials", name: "late", change: "removed" },
      ]);
      assert.equal(await codeOf(door.execute(unit(LATE, message(task, "again")))), "unauthenticated");
      await store.admin.apply(STORE_SITE);
      assert.equal(await codeOf(door.execute(unit(LATE, message(task, "again")))), "done");
    });

    test("a credential that was given to another no longer acts for the first", async () => {
      const { store } = bench();
      assert.equal(await said(), "done");
      const late = STORE_SITE.credentials?.find((one) => one.id === "late");
      assert.ok(late);
      await store.admin.apply({ credentials: [{ ...late, provider: "acme" }] });
      assert.equal(await said(), "unauthenticated");
      await store.admin.apply({ credentials: [{ id: "late", role: "ticketing", apiKey: late.apiKey }] });
      assert.equal(await said(), "unauthenticated");
      await store.admin.apply(STORE_SITE);
      assert.equal(await said(), "done");
    });

    test("a group or provider with open tasks is not taken from under them", async () => {
      const { store, door } = bench();
      const task = await newTask(door, "acme-field");
      const group = { name: "acme-field", returnGroup: "service-desk" };
      const used = /has open tasks, such as /;
      await assert.rejects(store.admin.apply({ groups: [{ ...group, provider: "globex" }] }), used);
      await assert.rejects(store.admin.apply({ groups: [{ name: "acme-field" }] }), used);
      await assert.rejects(store.admin.apply({ remove: { groups: ["acme-field"] } }), used);
      assert.equal(await codeOf(door.execute(unit(GLOBEX, message(task, "mine?")))), "unknown_task");
    });

    test("a name that every object has is refused", async () => {
      await assert.rejects(
        bench().store.admin.apply({ providers: [{ name: "constructor" }] }),
        /provider constructor: this name is reserved/,
      );
    });

    test("applying twice changes nothing, not even the version", async () => {
      const { store } = bench();
      const document: SiteDocument = {
        ...STORE_SITE,
        credentials: [
          { id: "basic", provider: "acme", basic: { user: "acme", password } },
          { id: "made", provider: "acme", apiKey: "generate" },
        ],
        mailboxes: [{ ...mailbox, name: "desk", host: "imap.example", user: "desk", password }],
      };
      const changes = await store.admin.apply(document);
      assert.deepEqual(
        changes.map((one) => [one.kind, one.name, one.change, one.secret !== undefined]),
        [
          ["credentials", "basic", "created", false],
          ["credentials", "made", "created", true],
          ["mailboxes", "desk", "created", false],
        ],
      );
      const { version } = store.site();
      assert.deepEqual(await store.admin.apply(document), []);
      assert.equal(store.site().version, version);
      assert.equal(store.site().mailboxes.get("desk")?.password, password);
      const [row] = await bench().db.rows<{ password: string }>("select secrets as password from mailboxes where name = 'desk'");
      assert.match(row?.password ?? "", /^v1\./);
    });

    test("a change is told to those who listen", async () => {
      const { store } = bench();
      const seen: number[] = [];
      store.onSite((site) => seen.push(site.version));
      await store.admin.apply({ providers: [{ name: "initech", timeZone: "Europe/Berlin" }] });
      assert.equal(seen.at(-1), store.site().version);
      assert.equal(store.site().providers.get("initech")?.timeZone, "Europe/Berlin");
    });

    test("two changes at once are checked one against the other", async () => {
      const { store } = bench();
      await store.admin.apply({ providers: [{ name: "hooli" }] });
      const ends = await Promise.allSettled([
        store.admin.apply({ groups: [{ name: "hooli-team", provider: "hooli", returnGroup: "service-desk" }] }),
        store.admin.apply({ remove: { providers: ["hooli"] } }),
      ]);
      assert.deepEqual(ends.map((one) => one.status).toSorted(), ["fulfilled", "rejected"]);
      const made = await Promise.all(
        [1, 2].map(() => store.admin.apply({ credentials: [{ id: "once", role: "ticketing", apiKey: "generate" }] })),
      );
      assert.equal(made.flat().filter((one) => one.secret).length, 1, "one key is made and shown");
    });

    for (const [document, says] of WRONG) {
      test(`refused: ${says.source} ${JSON.stringify(document).slice(0, 60)}`, async () => {
        const { store } = bench();
        const { version } = store.site();
        await assert.rejects(store.admin.apply(document), (error: unknown) => {
          assert.match((error as Error).message, says);
          assert.equal((error as { code?: string }).code, "invalid_request");
          return true;
        });
        await store.refresh();
        assert.equal(store.site().version, version);
      });
    }
  });
}
