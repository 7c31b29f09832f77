// An assignment reaches the provider's webhook, its answer sets the reference, and what follows comes in order, each once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { startApp } from "../helpers/app.ts";
import { answerJson, startPartner } from "../helpers/partner.ts";

/** One mapping serves as all three processes: request type and direction tell the events apart. */
function handing(url: string): SiteDocument {
  return {
    systems: [
      {
        name: "acme-desk",
        provider: "acme",
        unrestricted: true,
        apis: {
          tickets: { kind: "rest", url: `${url}/tickets`, answer: { reference: "body.number", update: "body.note" } },
        },
      },
    ],
    mappings: [
      {
        name: "acme-all",
        system: "acme-desk",
        body: '{ "what": event.requestType, "way": event.direction, "task": task.number, "text": message, "why": event.reason }',
      },
    ],
    groups: [
      {
        name: "acme-field",
        provider: "acme",
        returnGroup: "service-desk",
        processes: { newAssignment: "acme-all", updateMessage: "acme-all", closure: "acme-all" },
      },
    ],
  };
}

test("a task is handed out by webhook, and the provider's answer comes back as its reference", async (t) => {
  const partner = await startPartner((request, response) => {
    const { what } = JSON.parse(request.body) as { what: string };
    answerJson(response, 200, what === "Submit Request" ? { number: "ACME-77", note: "We look at it." } : {});
  });
  t.after(() => partner.close());
  const taken = Promise.withResolvers<void>();
  const app = await startApp({
    site: handing(partner.url),
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    onLog: ({ event }) => void (event === "delivery.tried" && taken.resolve()),
  });
  t.after(() => app.close());
  const task = await app.createTask({ number: "TSK-1", group: "acme-field" });
  await taken.promise;
  const desk = (command: Parameters<typeof app.door.execute>[0]["commands"][number]) =>
    app.door.execute({ commands: [command], caller: app.callers.ticketing, channel: "rest" });
  await desk({ type: "add_message", task, text: "The door code is 4711.", visibility: "provider" });
  await desk({ type: "add_message", task, text: "They are slow.", visibility: "internal" });
  await desk({ type: "close_task", task, reason: "done" });
  await partner.request(3);
  assert.deepEqual(
    partner.requests.map((one) => JSON.parse(one.body)),
    [
      { what: "Submit Request", way: "Out", task: "TSK-1", text: null, why: null },
      { what: "Update", way: "Out", task: "TSK-1", text: "The door code is 4711.", why: null },
      { what: "Closed", way: "Out", task: "TSK-1", text: null, why: "done" },
    ],
  );
  const ids = partner.requests.map((one) => one.headers["webhook-id"]);
  assert.equal(new Set(ids).size, 3);
  assert.equal((await app.views.task(task, { kind: "desk" }))?.reference, "ACME-77");
  const history = await app.views.taskEvents(task, 0, 20, { kind: "desk" });
  const updates = history?.items
    .filter((one) => one.direction === "In")
    .map((one) => [one.requestType, one.message?.text ?? null]);
  assert.deepEqual(updates, [
    ["Acknowledged", null],
    ["Update", "We look at it."],
  ]);
  assert.equal(partner.requests.length, 3, "what the provider said itself is not sent back to it");
});

test("a contract that is not there is refused when it is named, not when it is called", async (t) => {
  const app = await startApp();
  t.after(() => app.close());
  const soap = (wsdl: string, operation: string) => ({
    systems: [{ name: "old", provider: "acme", unrestricted: true, apis: { call: { kind: "soap", wsdl, operation } as const } }],
  });
  await assert.rejects(app.app.store.admin.apply(soap("Nowhere.wsdl", "Tell")), /Nowhere\.wsdl/);
  await assert.rejects(app.app.store.admin.apply(soap("WorkflowService.wsdl", "NoSuchThing")), /NoSuchThing/);
  await app.app.store.admin.apply(soap("WorkflowService.wsdl", "ProcessInstanceTaskExternalUpdateMessage"));
});

test("one mapping for all three processes sends each event where it belongs", async (t) => {
  const partner = await startPartner((_, response) => answerJson(response, 200, { number: "ACME-9" }));
  t.after(() => partner.close());
  const site = handing(partner.url);
  const [system] = site.systems ?? [];
  const apis = {
    open: { kind: "rest", url: `${partner.url}/tickets`, answer: { reference: "body.number" } },
    tell: { kind: "rest", url: `${partner.url}/tickets/\${data:task.reference}/notes` },
    close: { kind: "rest", method: "PUT", url: `${partner.url}/tickets/\${data:task.reference}/closure` },
  } as const;
  const body = `event.requestType = "Submit Request" ? $api("open", {"task": task.number})
    : event.requestType = "Update" ? $api("tell", {"text": message}) : $api("close", {"why": event.reason})`;
  const app = await startApp({
    site: {
      ...site,
      systems: system ? [{ ...system, apis }] : [],
      mappings: [{ name: "acme-all", system: "acme-desk", api: "open", body }],
    },
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
  });
  t.after(() => app.close());
  const task = await app.createTask({ number: "TSK-7", group: "acme-field" });
  const { ticketing: caller } = app.callers;
  const said = { type: "add_message", task, text: "Bring a ladder.", visibility: "provider" } as const;
  await app.door.execute({ commands: [said], caller, channel: "rest" });
  await app.door.execute({ commands: [{ type: "close_task", task, reason: "done" }], caller, channel: "rest" });
  await partner.request(3);
  assert.deepEqual(
    partner.requests.map((one) => [one.method, one.path, JSON.parse(one.body)]),
    [
      ["POST", "/tickets", { task: "TSK-7" }],
      ["POST", "/tickets/ACME-9/notes", { text: "Bring a ladder." }],
      ["PUT", "/tickets/ACME-9/closure", { why: "done" }],
    ],
  );
});

test("receivers verify every delivery with the reference package, also while the keys change over", async (t) => {
  const partner = await startPartner();
  t.after(() => partner.close());
  const secret = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
  const signedWith = (...names: string[]): SiteDocument => ({
    systems: [
      {
        name: "hook",
        unrestricted: true,
        secrets: { old: secret("o"), new: secret("n") },
        apis: { hook: { kind: "rest", url: partner.url, auth: { kind: "standardWebhooks", keys: names } } },
      },
    ],
    mappings: [
      { name: "told", system: "hook", trigger: { requests: [{ type: "Submit Request" }] }, body: '{ "task": task.number }' },
    ],
  });
  const app = await startApp({ site: signedWith("old"), env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` } });
  t.after(() => app.close());
  const verifiedBy = async (number: number): Promise<string[]> => {
    await app.createTask({ group: "acme-field" });
    const { body, headers } = await partner.request(number);
    const accepts = (letter: string): boolean => {
      try {
        new Webhook(secret(letter)).verify(body, headers as Record<string, string>);
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false;
        throw error;
      }
    };
    return ["o", "n"].filter(accepts);
  };
  assert.deepEqual(await verifiedBy(1), ["o"]);
  await app.app.store.admin.apply(signedWith("new", "old"));
  assert.deepEqual(await verifiedBy(2), ["o", "n"]);
  await app.app.store.admin.apply(signedWith("new"));
  assert.deepEqual(await verifiedBy(3), ["n"]);
});
