// The rules of alerts in the site: defaults, bounds, the same when applied again, and never about a System or provider that is gone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_ALERTS } from "../../../src/store/site-alerts.ts";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import { describeSite } from "../../../src/store/site-export.ts";
import { type Environment, newTask, storeSuite } from "../../helpers/store.ts";

/** Each document that must be refused, and what its message must say. */
const WRONG: readonly [NonNullable<SiteDocument["alerts"]>, RegExp][] = [
  [{ queueLong: 0 }, /alerts: queueLong is a whole number from 1 to 100000/],
  [{ queueLong: 100_001 }, /alerts: queueLong is a whole number/],
  [{ deadLetters: 1.5 }, /alerts: deadLetters is a whole number from 1 to 10000/],
  [{ waitingMinutes: 43_201 }, /alerts: waitingMinutes is a whole number from 1 to 43200/],
  [{ noReferenceMinutes: -1 }, /alerts: noReferenceMinutes is a whole number from 1 to 43200/],
  [{ silentHours: 8761 }, /alerts: silentHours is a whole number from 1 to 8760/],
  [{ systems: { nowhere: { queueLong: 5 } } }, /alerts, systems nowhere: there is no system nowhere/],
  [{ systems: { chat: { deadLetters: 0 } } }, /alerts, systems chat: deadLetters is a whole number/],
  [{ providers: { nobody: {} } }, /alerts, providers nobody: there is no provider nobody/],
  [{ mailboxes: { nowhere: { unreadMinutes: 5 } } }, /alerts, mailboxes nowhere: there is no mailbox nowhere/],
  [{ providers: { acme: { silentHours: 0 } } }, /alerts, providers acme: silentHours is a whole number/],
];

export function siteAlerts(environment: () => Environment): void {
  storeSuite("rules of alerts", environment, (bench) => {
    const apply = (document: SiteDocument) => bench().store.admin.apply(document);
    const present = () => bench().store.site().alerts;
    const changed = [{ kind: "alerts", name: "rules", change: "changed" }];
    const refused = async (document: SiteDocument, says: RegExp) => {
      const before = describeSite(bench().store.site());
      await assert.rejects(apply(document), says);
      await bench().store.refresh();
      assert.deepEqual(describeSite(bench().store.site()), before);
    };

    test("are the defaults until somebody writes others, and writing the defaults changes nothing", async () => {
      // Every suite asks at its end that there are events.
      await newTask(bench().door);
      const { version } = bench().store.site();
      assert.deepEqual(describeSite(bench().store.site()).alerts, {
        ...{ queueLong: 1000, deadLetters: 1, waitingMinutes: 60, noReferenceMinutes: 30, silentHours: null },
        ...{ unreadMinutes: 30, mailSilentHours: null, systems: {}, providers: {}, mailboxes: {} },
      });
      assert.deepEqual(await apply({ alerts: DEFAULT_ALERTS }), []);
      assert.deepEqual(await apply({ alerts: {} }), []);
      assert.equal(bench().store.site().version, version);
    });

    test("are set for all and for one, and what is exported changes nothing when it is applied again", async () => {
      await apply({ systems: [{ name: "chat" }, { name: "archive" }] });
      const alerts = {
        queueLong: 50,
        silentHours: 12,
        systems: { chat: { queueLong: null, deadLetters: 3 }, archive: { waitingMinutes: 600 } },
        providers: { globex: { silentHours: null }, acme: { noReferenceMinutes: 240 } },
      };
      assert.deepEqual(await apply({ alerts }), [{ kind: "alerts", name: "rules", change: "created" }]);
      assert.deepEqual(present(), { ...DEFAULT_ALERTS, ...alerts });
      const shown = describeSite(bench().store.site()).alerts;
      for (const again of [shown, JSON.parse(JSON.stringify(shown)), alerts])
        assert.deepEqual(await apply({ alerts: again }), []);
      const turned = { systems: { chat: { deadLetters: 3, queueLong: null }, archive: { waitingMinutes: 600 } } };
      assert.deepEqual(await apply({ alerts: { ...alerts, ...turned } }), [], "the order of what is written says nothing");
      assert.deepEqual(await apply({ groups: [{ name: "second-line" }] }), []);
      assert.deepEqual(present(), { ...DEFAULT_ALERTS, ...alerts }, "a document without alerts leaves them");
    });

    test("of a document stand for all: what it leaves out takes its default", async () => {
      assert.deepEqual(await apply({ alerts: { deadLetters: null } }), changed);
      assert.deepEqual(present(), { ...DEFAULT_ALERTS, deadLetters: null });
      assert.deepEqual(await apply({ alerts: {} }), changed);
      assert.deepEqual(present(), DEFAULT_ALERTS);
    });

    for (const [alerts, says] of WRONG) {
      test(`are refused, and nothing is changed: ${JSON.stringify(alerts)}`, () => refused({ alerts }, says));
    }

    test("of one System or provider go with it, and cannot be written about one that goes", async () => {
      const own = { systems: { chat: { queueLong: 5 }, archive: {} }, providers: { initech: { silentHours: 1 } } };
      await apply({ providers: [{ name: "initech" }], alerts: own });
      await refused({ alerts: own, remove: { systems: ["chat"] } }, /alerts, systems chat: there is no system chat/);
      const changes = await apply({ remove: { systems: ["chat"], providers: ["initech"] } });
      assert.deepEqual(changes[0], changed[0]);
      assert.deepEqual(present(), { ...DEFAULT_ALERTS, systems: { archive: {} } });
      await apply({ systems: [{ name: "chat" }] });
      assert.deepEqual(present().systems, { archive: {} }, "one of the same name begins without");
    });

    test("written by two at once are those of one of them", async () => {
      const both = [{ queueLong: 7 }, { deadLetters: 7 }];
      await Promise.all(both.map((alerts) => apply({ alerts })));
      await bench().store.refresh();
      assert.ok(both.some((one) => JSON.stringify({ ...DEFAULT_ALERTS, ...one }) === JSON.stringify(present())));
    });
  });
}
