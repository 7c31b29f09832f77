// The site document of the contract: it takes what an operator writes and what the gateway shows, and names what it does not know.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { checkBody, checkSingle, loadContract } from "../../src/inbound/rest/contract.ts";
import { OPERATIONS } from "../../src/inbound/rest/handlers/registry.ts";
import { DEFAULT_DELIVERY } from "../../src/store/outgoing.ts";
import { DEFAULT_ALERTS, PROVIDER_RANGES, SYSTEM_RANGES } from "../../src/store/site-alerts.ts";
import { ROOT } from "../helpers/sources.ts";
import { CRM, CRM_KEY, CRM_MAPPINGS, CRM_PASSWORD } from "../store/outgoing-site.ts";
import { assertRefused, CONTRACT_PATH, type RestTest, startRest } from "../wire/rest/client.ts";

const contract = loadContract(CONTRACT_PATH, OPERATIONS);
const check = (document: unknown): void => checkBody(contract, "applySite", document);

const REST = { kind: "rest", url: "https://x.example/" };
const inSystem = (changes: object) => ({ systems: [{ name: "x", ...changes }] });
const inApi = (changes: object) => inSystem({ apis: { a: { ...REST, ...changes } } });
const inMapping = (changes: object) => ({ mappings: [{ name: "m", system: "x", ...changes }] });

/** Bodies that have not the form, with what is said of them. */
const MISSHAPEN: readonly [object, RegExp][] = [
  [inSystem({ colour: "red" }), /systems\.0\.colour: must NOT have additional properties/],
  [{ systems: [{ description: "x" }] }, /systems\.0\.name: must have required property/],
  [inSystem({ properties: { a: 5 } }), /systems\.0\.properties\.a: must be string/],
  [inSystem({ properties: { "a b": "5" } }), /systems\.0\.properties: must match pattern/],
  [inSystem({ secrets: { S: "" } }), /systems\.0\.secrets\.S: must NOT have fewer than 1 characters/],
  [inSystem({ secrets: { S: "x".repeat(4097) } }), /systems\.0\.secrets\.S: must NOT have more than 4096/],
  [inSystem({ values: { status: [["a"]] } }), /systems\.0\.values\.status\.0: must NOT have fewer than 2 items/],
  [inSystem({ values: { status: { a: 1 } } }), /systems\.0\.values\.status\.a: must be string/],
  [inSystem({ values: { status: "a" } }), /systems\.0\.values\.status: must be object,array/],
  [inSystem({ limits: { a: { length: "long" } } }), /systems\.0\.limits\.a\.length: must be integer,null/],
  [inSystem({ limits: { a: { charset: "ebcdic" } } }), /systems\.0\.limits\.a\.charset: .*unicode, bmp/],
  [inSystem({ delivery: { retryAfterSeconds: Array(31).fill(1) } }), /delivery\.retryAfterSeconds: must NOT have more than 30/],
  [inSystem({ delivery: { patience: 1 } }), /delivery\.patience: must NOT have additional properties/],
  [inSystem({ apis: { a: { url: "https://x.example/" } } }), /systems\.0\.apis\.a\.kind: must have required property/],
  [inSystem({ apis: { a: { kind: "pigeon" } } }), /systems\.0\.apis\.a\.kind: .*rest, soap, email/],
  [inSystem({ apis: { a: { kind: "soap", wsdl: "x" } } }), /systems\.0\.apis\.a\.operation: must have required property/],
  [inSystem({ apis: { a: { kind: "email", host: "h", from: "a@b", to: "c@d" } } }), /systems\.0\.apis\.a\.to: must be array/],
  [inApi({ wsdl: "x.wsdl" }), /systems\.0\.apis\.a\.wsdl: must NOT have additional properties/],
  [inApi({ url: "https://x.example/ y" }), /systems\.0\.apis\.a\.url: must match pattern/],
  [inApi({ headers: { a: 1 } }), /systems\.0\.apis\.a\.headers\.a: must be string/],
  [inApi({ auth: { kind: "basic", user: "u" } }), /systems\.0\.apis\.a\.auth\.password: must have required property/],
  [inApi({ auth: { kind: "apiKey", header: "h", key: "k", user: "u" } }), /a\.auth\.user: must NOT have additional properties/],
  [inApi({ auth: { kind: "standardWebhooks", keys: [] } }), /a\.auth\.keys: must NOT have fewer than 1 items/],
  [inApi({ answer: { state: "x" } }), /a\.answer\.state: must NOT have additional properties/],
  [inMapping({ trigger: { requests: [{ direction: "In" }] } }), /mappings\.0\.trigger\.requests\.0\.type: must have required/],
  [inMapping({ trigger: { weather: [] } }), /mappings\.0\.trigger\.weather: must NOT have additional properties/],
  [inMapping({ language: "perl" }), /mappings\.0\.language: .*jsonata, liquid/],
  [inMapping({ body: "x".repeat(65_537) }), /mappings\.0\.body: must NOT have more than 65536 characters/],
  [{ alerts: { loud: 1 } }, /alerts\.loud: must NOT have additional properties/],
  [{ alerts: null }, /alerts: must be object/],
  [{ alerts: { queueLong: "5" } }, /alerts\.queueLong: must be integer,null/],
  [{ alerts: { silentHours: 0.5 } }, /alerts\.silentHours: must be integer,null/],
  [{ alerts: { systems: { x: { silentHours: 1 } } } }, /alerts\.systems\.x\.silentHours: must NOT have additional/],
  [{ alerts: { systems: { "a b": {} } } }, /alerts\.systems: must match pattern/],
  [{ alerts: { providers: { x: { queueLong: 1 } } } }, /alerts\.providers\.x\.queueLong: must NOT have additional/],
  [{ alerts: { providers: { x: null } } }, /alerts\.providers\.x: must be object/],
  [{ remove: { alerts: ["rules"] } }, /remove\.alerts: must NOT have additional properties/],
  [{ remove: { systems: ["a b"] } }, /remove\.systems\.0: must match pattern/],
];

/** What was found wrong; null when nothing was. */
function saidBy(check: () => void): unknown {
  try {
    check();
    return null;
  } catch (error) {
    return error;
  }
}

suite("the site document of the contract", () => {
  test("takes Systems and mappings as they are written", () => {
    check({ systems: [CRM], mappings: CRM_MAPPINGS, remove: { systems: ["old"], mappings: ["older"] } });
    check(inSystem({ delivery: DEFAULT_DELIVERY, secrets: { KEY: null, OTHER: "kept" }, provider: null }));
    check(inMapping({ trigger: null, condition: null }));
  });

  test("takes the rules of alerts as they are written, within the bounds of the store", () => {
    check({ alerts: DEFAULT_ALERTS });
    check({ alerts: {} });
    const bounds = [
      ...Object.entries(SYSTEM_RANGES).map(([name, range]) => ({ name, range, own: "systems" })),
      ...Object.entries(PROVIDER_RANGES).map(([name, range]) => ({ name, range, own: "providers" })),
    ];
    for (const { name, range, own } of bounds) {
      const written = (value: number | null): object[] => [{ [name]: value }, { [own]: { x: { [name]: value } } }];
      for (const value of [...range, null]) for (const alerts of written(value)) check({ alerts });
      for (const alerts of written(range[0] - 1)) assert.throws(() => check({ alerts }), /must be >= 1/);
      for (const alerts of written(range[1] + 1)) assert.throws(() => check({ alerts }), new RegExp(`must be <= ${range[1]}`));
    }
  });

  for (const [document, says] of MISSHAPEN) {
    test(`refuses ${JSON.stringify(document).slice(0, 100)}`, () => {
      assert.throws(() => check(document), says);
    });
  }

  test("says of a file what it says of a call", () => {
    const strange = [
      null,
      5,
      "providers",
      [],
      ["providers"],
      { colour: "red" },
      { providers: "acme" },
      { remove: 1, groups: null },
    ];
    const named = JSON.parse('{"__proto__": {"providers": []}, "constructor": 1, "toString": []}') as object;
    for (const document of [...strange, named, ...MISSHAPEN.map(([one]) => one), {}, { alerts: DEFAULT_ALERTS }]) {
      const [call, file] = [checkBody, checkSingle].map((one) => saidBy(() => one(contract, "applySite", document)));
      assert.deepEqual(file, call, JSON.stringify(document));
    }
  });
});

suite("Systems and mappings over REST", () => {
  let app: RestTest;
  const lines: string[] = [];
  before(async () => {
    app = await startRest({ onLog: (line) => void lines.push(JSON.stringify(line)) });
  });
  after(() => app.close());

  test("are applied, shown without secrets, and what is shown may be applied again", async () => {
    const { admin } = app.keys;
    const first = await app.post("/v1/site", admin, { systems: [CRM], mappings: CRM_MAPPINGS });
    assert.equal(first.status, 200);
    const made: string = first.json.changes[0].secrets.FRESH;
    assert.deepEqual(Object.keys(first.json.changes[0].secrets), ["FRESH"]);
    const shown = await app.get("/v1/site", admin);
    const { systems, mappings } = shown.json;
    check({ systems, mappings });
    const again = await app.post("/v1/site", admin, { systems, mappings });
    assert.deepEqual(again.json, { changes: [] });
    assert.ok(!shown.json.credentials.some((one: { id: string }) => one.id.startsWith("system:")));
    const texts = `${JSON.stringify([shown.json, again.json])} ${lines.join("\n")}`;
    for (const secret of [made, CRM_KEY, CRM_PASSWORD, "a token of the crm"]) assert.ok(!texts.includes(secret));
  });

  test("are refused with the place that is wrong, and without the secret", async () => {
    const got = await app.post("/v1/site", app.keys.admin, { systems: [{ ...CRM, secrets: { KEY: "whsec_much-too-secret" } }] });
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, /system crm, api hook: the secret KEY is no signing key/);
    assert.ok(!`${JSON.stringify(got.json)} ${lines.join("\n")}`.includes("much-too-secret"));
  });

  test("are warned of where nothing will come of them, in the answer and on the command line", async () => {
    const groups = [
      { name: "globex-net", provider: "globex", returnGroup: "service-desk", processes: { closure: "globex-close" } },
    ];
    const says = "its process closure is globex-close, which is no mapping: nothing leaves by it";
    const got = await app.post("/v1/site", app.keys.admin, { groups });
    assert.deepEqual(got.json.changes, [{ kind: "groups", name: "globex-net", change: "changed", warnings: [says] }]);
    const args = ["--disable-proto=delete", "src/cli.ts", "apply", "-f", "-", "--url", app.url, "--key", app.keys.admin];
    const cli = spawn(process.execPath, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
    cli.stdin.end(JSON.stringify({ groups: [{ ...groups[0], late: "keep" }] }));
    assert.equal(await text(cli.stdout), `changed group globex-net\n  warning: ${says}\n1 changed.\n`);
  });

  test("are for administrators alone, and nobody comes in as a System", async () => {
    assertRefused(await app.post("/v1/site", app.keys.ticketing, { systems: [CRM] }), 403, "forbidden");
    const task = await app.createTask({ group: "acme-field" });
    for (const key of ["system:crm", `cdk_system:crm_${"x".repeat(43)}`])
      assertRefused(await app.get(`/v1/tasks/${task}`, key), 401, "unauthenticated");
    for (const user of ["system:crm", "system"]) {
      const authorization = `Basic ${Buffer.from(`${user}:${CRM_PASSWORD}`).toString("base64")}`;
      assertRefused(await app.send("GET", `/v1/tasks/${task}`, { headers: { authorization } }), 401, "unauthenticated");
    }
  });
});
