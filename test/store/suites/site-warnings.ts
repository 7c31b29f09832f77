// What applying a site allows but warns of, told with the change it stands at; and API definitions that are looked at beforehand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckApi, createSiteAdmin } from "../../../src/store/site-admin.ts";
import type { GroupDocument, SiteDocument } from "../../../src/store/site-document.ts";
import type { MappingDocument, SystemDocument } from "../../../src/store/site-outgoing-document.ts";
import { type Environment, newTask, storeSuite } from "../../helpers/store.ts";
import { queueBench } from "../queue-bench.ts";

const URL = "https://acme.example/hook";
const ACME: SystemDocument = {
  name: "acme-desk",
  provider: "acme",
  groups: ["acme-field"],
  apis: { hook: { kind: "rest", url: URL } },
};
const ALL: MappingDocument = { name: "acme-all", system: "acme-desk", body: "task" };
const group = (processes: GroupDocument["processes"]): GroupDocument => ({
  ...{ name: "acme-field", provider: "acme", returnGroup: "service-desk" },
  ...(processes ? { processes } : {}),
});

export function siteWarnings(environment: () => Environment): void {
  storeSuite("warnings of a site document", environment, (bench) => {
    /** Applies it, and gives the warnings by the name of what they stand at. */
    const warned = async (document: SiteDocument): Promise<[string, readonly string[]][]> =>
      (await bench().store.admin.apply(document)).flatMap(({ name, warnings }) => (warnings ? [[name, warnings]] : []));

    test("a process is only a name where nothing leaves at all", async () => {
      assert.deepEqual(await warned({ groups: [group({ newAssignment: "their own process" })] }), []);
      await newTask(bench().door);
    });

    test("a process that is no mapping is told with its group, or with what was changed instead of it", async () => {
      const says = "group acme-field: its process newAssignment is their own process, which is no mapping: nothing leaves by it";
      assert.deepEqual(await warned({ systems: [ACME], mappings: [{ ...ALL, trigger: {} }] }), [["acme-all", [says]]]);
      const both = { newAssignment: "acme-all", updateMessage: "acme-al", closure: "acme-al" };
      assert.deepEqual(await warned({ groups: [group(both)], mappings: [ALL] }), [
        [
          "acme-field",
          ["updateMessage", "closure"].map((one) => `its process ${one} is acme-al, which is no mapping: nothing leaves by it`),
        ],
      ]);
      const whole = { newAssignment: "acme-all", updateMessage: "acme-all", closure: "acme-all" };
      assert.deepEqual(await warned({ groups: [group(whole)] }), []);
      assert.deepEqual(await warned({ groups: [group(whole)] }), [], "nothing was changed");
    });

    test("a process that is switched off is told, whether by its mapping or by its System", async () => {
      const off = (of: string) =>
        ["newAssignment", "updateMessage", "closure"].map(
          (one) => `group acme-field: its process ${one} is the mapping acme-all, and ${of} is not active: nothing leaves by it`,
        );
      assert.deepEqual(await warned({ mappings: [{ ...ALL, active: false }] }), [["acme-all", off("it")]]);
      assert.deepEqual(await warned({ mappings: [ALL], systems: [{ ...ACME, active: false }] }), [
        ["acme-all", off("its System acme-desk")],
      ]);
      assert.deepEqual(await warned({ systems: [ACME] }), []);
    });

    test("a mapping that can never run is told", async () => {
      const requests = [{ type: "Update", direction: "In" as const }];
      const two = [
        { ...ALL, name: "in", trigger: { requests } },
        { ...ALL, name: "alone" },
        { ...ALL, name: "both", trigger: { requests: [...requests, { type: "Update" }] } },
      ];
      assert.deepEqual(await warned({ mappings: two }), [
        ["in", ["its trigger never fits: what comes in is told to no provider, and the System acme-desk is acme's"]],
        ["alone", ["it never runs: it has no trigger, and no group names it"]],
      ]);
      assert.deepEqual(await warned({ remove: { mappings: ["in", "alone", "both"] } }), []);
    });

    test("an API definition is looked at where it will be called, before anything is written", async () => {
      const asked: string[] = [];
      const checkApi: CheckApi = async (api) => {
        asked.push(api.kind);
        return api.kind === "soap" && api.wsdl === "nope.wsdl" ? "The WSDL nope.wsdl cannot be used: it is not there." : null;
      };
      const { store } = bench();
      const { knex, close } = queueBench(bench());
      const noSecrets = () => assert.fail("there is nothing to seal");
      const admin = createSiteAdmin(knex, noSecrets, () => store.refresh().then(store.site), { checkApi });
      const soap = (wsdl: string): SystemDocument => ({
        ...{ name: "soapy", provider: "acme" },
        apis: { hook: { kind: "rest", url: URL }, call: { kind: "soap", wsdl, operation: "Do" } },
      });
      await assert.rejects(admin.apply({ systems: [soap("nope.wsdl")] }), {
        code: "invalid_request",
        message: /system soapy, api call: The WSDL nope.wsdl cannot be used: it is not there\.$/,
      });
      await store.refresh();
      assert.ok(!store.site().systems.has("soapy"));
      asked.length = 0;
      await admin.apply({ systems: [soap("good.wsdl")] });
      assert.deepEqual(asked, ["rest", "soap"]);
      await admin.apply({ providers: [{ name: "acme", timeZone: "Europe/Berlin" }] });
      assert.equal(asked.length, 2, "what is not written is not looked at");
      await close();
    });
  });
}
