// Systems and mappings in the site: applied as one with the rest, the same when applied again, their secrets sealed and never told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_DELIVERY } from "../../../src/store/outgoing.ts";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import { describeSite } from "../../../src/store/site-export.ts";
import type { SystemDocument } from "../../../src/store/site-outgoing-document.ts";
import {
  answered,
  type Bench,
  codeOf,
  type Environment,
  message,
  newTask,
  START,
  STORE_SITE,
  storeSuite,
  unit,
} from "../../helpers/store.ts";
import { CRM, CRM_KEY, CRM_MAPPINGS, CRM_PASSWORD, NOBODYS, signingKey } from "../outgoing-site.ts";
import { WRONG } from "../outgoing-wrong.ts";

const SITE: SiteDocument = { systems: [CRM], mappings: CRM_MAPPINGS };
const WHOLE: SiteDocument = { ...STORE_SITE, ...SITE };
/** A System that needs nothing. */
const BARE: SystemDocument = { name: "bare", apis: { hook: { kind: "rest", url: "https://bare.example/hook" } } };

/** What is told of a change, without the texts of what was made. */
const told = (changes: Awaited<ReturnType<Bench["store"]["admin"]["apply"]>>): string[] =>
  changes.map(({ kind, name, change, secrets }) => [change, kind, name, ...Object.keys(secrets ?? {})].join(" "));

export function siteOutgoing(environment: () => Environment): void {
  storeSuite("Systems and mappings", environment, (bench) => {
    const apply = (document: SiteDocument) => bench().store.admin.apply(document);
    const secretsOf = (name: string) => bench().store.site().systems.get(name)?.secrets ?? {};
    const described = () => describeSite(bench().store.site());

    test("are created once, and applying again changes nothing, not even the version", async () => {
      const { store } = bench();
      const changes = await apply(SITE);
      assert.deepEqual(told(changes), [
        "created systems crm FRESH",
        ...CRM_MAPPINGS.map((one) => `created mappings ${one.name}`),
      ]);
      const made = changes[0]?.secrets?.["FRESH"] ?? "";
      assert.match(made, /^whsec_[A-Za-z0-9+/]{43}=$/);
      assert.equal(secretsOf("crm")["FRESH"], made);
      const { version } = store.site();
      assert.deepEqual(await apply(SITE), []);
      assert.deepEqual(await apply(WHOLE), []);
      assert.equal(store.site().version, version);
    });

    test("are exported in a form that changes nothing when it is applied again", async () => {
      const { systems, mappings } = described();
      assert.deepEqual(await apply({ systems, mappings }), []);
      assert.deepEqual(await apply(JSON.parse(JSON.stringify({ systems, mappings }))), []);
      assert.deepEqual(described().systems, systems);
      assert.deepEqual(Object.values(systems[0]?.secrets ?? {}), ["kept", "kept", "kept", "kept"]);
    });

    test("keep what a document says, and take a default for what it does not", async () => {
      await apply({ systems: [BARE], mappings: [{ name: "bare-all", system: "bare", body: "data" }] });
      const site = bench().store.site();
      assert.deepEqual(site.systems.get("bare"), {
        ...{ name: "bare", active: true, description: "", provider: null, unrestricted: false, groups: [], projects: [] },
        ...{ properties: {}, secrets: {}, values: {}, limits: {}, delivery: DEFAULT_DELIVERY },
        apis: {
          hook: {
            ...{ kind: "rest", method: "POST", url: "https://bare.example/hook", headers: {}, body: "json", success: "200-299" },
            ...{ auth: { kind: "none" }, answer: { reference: null, update: null } },
          },
        },
      });
      const { since, ...mapping } = site.mappings.get("bare-all") ?? { since: -1 };
      assert.ok(since >= 0);
      assert.deepEqual(mapping, {
        ...{ name: "bare-all", active: true, description: "", system: "bare", api: "hook", trigger: null },
        ...{ condition: null, language: "jsonata", body: "data" },
      });
      const crm = site.systems.get("crm");
      assert.deepEqual(crm?.values["priority"], [
        ["high", "1"],
        ["low", "3"],
      ]);
      assert.deepEqual(crm?.values["status"], [["assigned", "New"]]);
      assert.deepEqual(crm?.delivery, { ...DEFAULT_DELIVERY, inFlight: 2, retryAfterSeconds: [1, 60] });
      assert.deepEqual(crm?.limits["short"], { length: 40, charset: "unicode", beyond: "cut" });
      assert.deepEqual(crm?.apis["mail"]?.kind === "email" && [crm.apis["mail"].port, crm.apis["mail"].security], [465, "tls"]);
      assert.deepEqual(site.mappings.get("crm-new")?.trigger?.requests, [{ type: "Submit Request", direction: "Out" }]);
    });

    test("keep their secrets until a document says otherwise", async () => {
      const { secrets: _given, ...silent } = CRM;
      const before = secretsOf("crm");
      assert.deepEqual(await apply({ systems: [silent] }), []);
      assert.deepEqual(
        await apply({ systems: [{ ...CRM, secrets: { TOKEN: null, FRESH: "generate" } }] }),
        [],
        "the others are used",
      );
      const changes = await apply({ systems: [{ ...CRM, secrets: { TOKEN: "another", SPARE: "generate" } }] });
      assert.deepEqual(told(changes), ["changed systems crm SPARE"]);
      const { SPARE, ...rest } = secretsOf("crm");
      assert.deepEqual(rest, { ...before, TOKEN: "another" });
      assert.equal(SPARE, changes[0]?.secrets?.["SPARE"]);
      assert.deepEqual(told(await apply(SITE)), ["changed systems crm"]);
      assert.deepEqual(secretsOf("crm"), before, "what is neither named nor used has gone");
    });

    test("never show a secret: not in a table, the log, an export, a change or a refusal", async () => {
      const { db, log } = bench();
      const secrets = [CRM_PASSWORD, CRM_KEY, ...Object.values(secretsOf("crm"))];
      const rows = [
        ...(await db.rows<{ secrets: string }>("select * from systems where name = 'crm'")),
        ...(await db.rows("select * from mappings")),
      ];
      assert.match((rows[0] as { secrets: string }).secrets, /^v1\./);
      const refused = await apply({ systems: [{ ...CRM, secrets: { ...CRM.secrets, KEY: "not-a-signing-key-at-all" } }] }).then(
        () => "",
        (error: Error) => `${error.message} ${error.stack}`,
      );
      assert.match(refused, /the secret KEY is no signing key/);
      const changed = await apply({ systems: [{ ...CRM, secrets: { ...CRM.secrets, TOKEN: "brand new token" } }] });
      assert.equal(changed.length, 1);
      const shown = JSON.stringify([rows, log, described(), refused, changed]);
      for (const secret of [...secrets, "not-a-signing-key-at-all", "brand new token"])
        assert.ok(secret.length > 8 && !shown.includes(secret));
      await apply(SITE);
    });

    test("look at what happens from when they begin, and only from then", async () => {
      const { store, door } = bench();
      const head = async (): Promise<number> => (await store.views.events(0, 1)).head;
      const since = (name = "crm-new") => store.site().mappings.get(name)?.since;
      const mapping = CRM_MAPPINGS[0];
      assert.ok(mapping);
      let place = since();
      const begins = async (what: string, changes: object, anew: boolean) => {
        await newTask(door);
        await apply({ mappings: [{ ...mapping, ...changes }] });
        place = anew ? await head() : place;
        assert.equal(since(), place, what);
      };
      await begins("nothing new", {}, false);
      await begins("another body, condition, description", { body: "1", condition: "false", description: "other" }, false);
      await begins("switched off", { active: false }, false);
      await begins("changed while off", { active: false, body: "2" }, false);
      await begins("switched on", {}, true);
      await begins("another trigger", { trigger: { taskStatuses: ["solved"] } }, false);
      await begins("no trigger", { trigger: null }, false);
      await begins("another System", { trigger: null, system: "bare", api: "hook" }, false);
      await begins("back again", {}, false);
      await apply({ remove: { mappings: ["crm-new"] } });
      await begins("made anew", {}, true);
    });

    test("have a queue each, as long as the System is there", async () => {
      const { db } = bench();
      const queues = async () => await db.rows<{ system_name: string }>("select * from delivery_queues order by system_name");
      const before = await queues();
      assert.deepEqual(
        before.map((one) => one.system_name),
        ["bare", "crm"],
      );
      assert.ok(before.every((one) => (one as { held?: number }).held === 0));
      assert.ok(before.every((one) => Number((one as { updated_at?: number }).updated_at) > START - 1e12));
      await db.rows("update delivery_queues set held = 1 where system_name = 'crm'");
      await apply({ systems: [{ ...CRM, description: "changed" }] });
      await apply(SITE);
      assert.equal(
        (await queues()).find((one) => one.system_name === "crm" && (one as { held?: number }).held === 1)?.system_name,
        "crm",
      );
      await apply({ remove: { systems: ["bare"], mappings: ["bare-all"] } });
      assert.deepEqual(
        (await queues()).map((one) => one.system_name),
        ["crm"],
      );
    });

    test("speak as their provider while they are there, and nobody else can", async () => {
      const { store, door } = bench();
      const task = await newTask(door);
      const crm = { kind: "provider", provider: "acme", credential: "system:crm" } as const;
      await answered(door.execute(unit(crm, message(task, "answered"))));
      assert.equal(await codeOf(door.execute(unit({ ...crm, provider: "globex" }, message(task, "x")))), "unauthenticated");
      assert.equal(
        await codeOf(door.execute(unit({ ...crm, credential: "system:bare" }, message(task, "x")))),
        "unauthenticated",
      );
      assert.equal(store.site().credentials.get("system:crm")?.kind, "system");
      assert.ok(!JSON.stringify(described().credentials).includes("system:"));
      await apply({ systems: [NOBODYS] });
      assert.equal(await codeOf(door.execute(unit(crm, message(task, "again")))), "unauthenticated");
      await apply(SITE);
      await apply({ remove: { systems: ["crm"], mappings: CRM_MAPPINGS.map((one) => one.name) } });
      assert.equal(await codeOf(door.execute(unit(crm, message(task, "again")))), "unauthenticated");
      await apply(SITE);
    });

    test("go together with their provider, and in one document", async () => {
      const own: SystemDocument = { ...BARE, name: "own", provider: "initech" };
      await apply({ providers: [{ name: "initech" }], systems: [own] });
      await assert.rejects(apply({ remove: { providers: ["initech"] } }), /system own: there is no provider initech/);
      const changes = await apply({ remove: { providers: ["initech"], systems: ["own"] } });
      assert.deepEqual(told(changes).toSorted(), ["removed providers initech", "removed systems own"]);
    });

    test("two changes at once are checked one against the other", async () => {
      await apply({ systems: [BARE] });
      const ends = await Promise.allSettled([
        apply({ mappings: [{ name: "late", system: "bare", body: "1" }] }),
        apply({ remove: { systems: ["bare"] } }),
      ]);
      assert.deepEqual(ends.map((one) => one.status).toSorted(), ["fulfilled", "rejected"]);
      const key = { ...BARE, name: "once", secrets: { KEY: "generate" } };
      const made = await Promise.all([1, 2].map(() => apply({ systems: [key] })));
      assert.equal(made.flat().filter((one) => one.secrets).length, 1, "one key is made and shown");
      assert.equal(made.flat()[0]?.secrets?.["KEY"], secretsOf("once")["KEY"]);
    });

    test("a signing key of one's own is taken as it is", async () => {
      for (const bytes of [24, 64]) {
        const KEY = signingKey(bytes);
        await apply({ systems: [{ ...CRM, secrets: { ...CRM.secrets, KEY } }] });
        assert.equal(secretsOf("crm")["KEY"], KEY);
      }
      await apply(SITE);
    });

    for (const [what, document, says] of WRONG) {
      test(`refused: ${what}`, async () => {
        const { store } = bench();
        await store.refresh();
        const { version } = store.site();
        await assert.rejects(apply(document), (error: unknown) => {
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
