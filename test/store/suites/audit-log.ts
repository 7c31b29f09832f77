// The audit log: every change of an operator is told with its doer, what differs and no secret; what changes nothing, or is refused,
// tells nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import type { AuditFilter, AuditView } from "../../../src/store/views/types.ts";
import { BY } from "../../helpers/by.ts";
import { type Environment, newTask, START, storeSuite } from "../../helpers/store.ts";
import { queueBench, REJECTED } from "../queue-bench.ts";

type Told = Pick<AuditView, "kind" | "name" | "deed" | "before" | "after">;

const told = ({ kind, name, deed, before, after }: AuditView): Told => ({ kind, name, deed, before, after });

export function auditLog(environment: () => Environment): void {
  storeSuite("the audit log", environment, (bench) => {
    const list = async (filter: Partial<AuditFilter> = {}): Promise<readonly AuditView[]> =>
      (await bench().store.views.audit({ limit: 200, ...filter })).items;
    const apply = (document: SiteDocument) => bench().store.admin.apply(document, BY);

    test("tells of each thing of a site what differs, in whose name, and nothing twice", async () => {
      await apply({ providers: [{ name: "audited", timeZone: "Europe/Berlin" }] });
      await apply({ providers: [{ name: "audited", timeZone: "Europe/Paris" }] });
      await apply({ providers: [{ name: "audited", timeZone: "Europe/Paris" }] });
      await apply({ remove: { providers: ["audited", "never-there"] } });
      await assert.rejects(apply({ groups: [{ name: "audited", provider: "nobody" }] }), { code: "invalid_request" });
      const entries = await list({ name: "audited" });
      assert.deepEqual(
        entries.map(({ who, address, requestId }) => ({ who, address, requestId })),
        [BY, BY, BY],
      );
      const [gone, changed, made] = entries.map(told);
      const all = { name: "audited", timeZone: "Europe/Berlin", repeatWindowMs: 600_000, soap: null };
      assert.deepEqual(made, {
        ...{ kind: "providers", name: "audited", deed: "created" },
        ...{ before: null, after: { ...made?.after, timeZone: "Europe/Berlin", repeatWindowMs: 600_000 } },
      });
      assert.deepEqual(changed, {
        ...{ kind: "providers", name: "audited", deed: "changed" },
        ...{ before: { timeZone: all.timeZone }, after: { timeZone: "Europe/Paris" } },
      });
      assert.deepEqual([gone?.deed, gone?.after], ["removed", null]);
      assert.equal((await list({ name: "never-there" })).length, 0);
    });

    test("tells that a secret changed, and no part of it", async () => {
      const password = "hunter2 and more";
      await apply({ credentials: [{ id: "told", provider: "acme", basic: { user: "told", password: "first of all" } }] });
      await apply({ credentials: [{ id: "told", provider: "acme", basic: { user: "told", password } }] });
      const secrets = { token: "whsec of the System" };
      await apply({ systems: [{ name: "told", secrets }] });
      await apply({ systems: [{ name: "told", secrets: { token: "another secret text" } }] });
      const [system, , basic] = await list({ name: "told" });
      assert.deepEqual([basic?.before, basic?.after], [{}, { secret: "changed" }]);
      assert.deepEqual([system?.before, system?.after], [{}, { secret: "changed" }]);
      const texts = JSON.stringify(await list());
      for (const secret of [password, "first of all", secrets.token, "another secret text", "scrypt$", "v1."])
        assert.ok(!texts.includes(secret), secret);
    });

    test("tells of a rotation which keys there are; a credential that comes back was never used", async () => {
      const { admin, uses, site } = bench().store;
      await admin.create({ id: "turned", provider: "acme", apiKey: "generate", scopes: ["tasks:read"] }, BY);
      const until = Date.now() + 60_000;
      const { version } = await admin.rotate("turned", { previousEndAt: until }, BY);
      const [entry] = await list({ name: "turned" });
      assert.deepEqual([version, entry?.deed], [2, "rotated"]);
      assert.deepEqual(entry?.after, {
        ...{ secret: "changed" },
        keys: [
          { version: 2, endsAt: null },
          { version: 1, endsAt: new Date(until).toISOString() },
        ],
      });
      const [first, second] = [START, START + 60_000];
      await uses.write(new Map([["turned", first]]));
      await uses.write(new Map([["turned", second]]));
      assert.equal((await uses.read()).get("turned"), second);
      assert.deepEqual(site().credentials.get("turned")?.limits?.scopes, ["tasks:read"]);
      await admin.remove("turned", BY);
      assert.equal((await uses.read()).get("turned"), undefined);
      await assert.rejects(admin.remove("turned", BY), { code: "unknown_credential" });
    });

    test("tells what was done to queues and deliveries", async () => {
      const queues = queueBench(bench());
      try {
        await newTask(bench().door);
        await queues.addSystem("told-queue");
        const keys = await queues.make("told-queue", [7001, 7002, 7003]);
        for (const key of keys) await queues.end(key, REJECTED);
        const [first = "", second = ""] = keys;
        await queues.admin.retry(first, BY);
        await queues.admin.acknowledge(second, "Entered by hand.", BY);
        await assert.rejects(queues.admin.acknowledge(first, "Not dead any more.", BY), { code: "delivery_state" });
        await queues.admin.retryQueue("told-queue", { dryRun: true }, BY);
        await queues.admin.retryQueue("told-queue", {}, BY);
        await queues.admin.hold("told-queue", { comment: "Night." }, BY);
        await queues.admin.release("told-queue", BY);
        const note = `${BY.who}: Night.`;
        const free = { held: false, from: null, until: null, note: null };
        const held = { held: true, from: null, until: null, note };
        const queue = { kind: "queues", name: "told-queue" };
        assert.deepEqual((await list({ kind: "queues", name: "told-queue" })).map(told), [
          { ...queue, deed: "released", before: held, after: free },
          { ...queue, deed: "held", before: free, after: held },
          { ...queue, deed: "retried", before: { state: "rejected" }, after: { deliveries: 1 } },
        ]);
        const delivery = { kind: "deliveries", before: { state: "rejected" } };
        assert.deepEqual((await list({ kind: "deliveries" })).map(told), [
          { ...delivery, name: second, deed: "acknowledged", after: { comment: "Entered by hand." } },
          { ...delivery, name: first, deed: "retried", after: {} },
        ]);
      } finally {
        await queues.close();
      }
    });

    test("is read in pages, by whom and since when", async () => {
      const all = await list();
      const read: AuditView[] = [];
      for (let after: string | undefined; ; ) {
        const page = await bench().store.views.audit({ limit: 3, ...(after === undefined ? {} : { after }) });
        read.push(...page.items);
        if (page.next === null) break;
        after = page.next;
      }
      assert.deepEqual(read, all);
      assert.ok((await list({ who: "command line" })).every(({ who, address }) => who === "command line" && address === null));
      assert.ok((await list({ who: "command line" })).some(({ name }) => name === "acme"));
      // The queues' bench has a clock of its own, which stands still long ago.
      assert.ok((await list({ until: START + 1 })).every(({ kind }) => kind === "queues" || kind === "deliveries"));
      assert.equal((await list({ since: Date.now() + 60_000 })).length, 0);
    });
  });
}
