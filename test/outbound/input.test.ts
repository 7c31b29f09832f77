// What expressions see of an event, and the catalogue that tells people of it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { APPS } from "../../src/outbound/render/app-fields.ts";
import { catalogue, customNames } from "../../src/outbound/render/catalogue.ts";
import { packInput, unpackInput } from "../../src/outbound/render/pack.ts";
import { createDoer } from "../../src/outbound/render/work.ts";
import { someEvent, someInput, TASK } from "./render/subjects.ts";

const FULL = someInput({ message: { text: "Works again", visibility: "provider" }, reason: "Moved" });

suite("the input of an expression", () => {
  test("it has the event, the task and the ticket as they were, times as texts", () => {
    const { event, task, ticket, message, props } = FULL;
    assert.equal(event["at"], "2026-03-01T08:30:00.000Z");
    assert.equal(event["app"], "Ticketing.TaskAssignment");
    assert.deepEqual([event["processId"], event["processName"], event["reason"]], ["p-1", "Hand over", "Moved"]);
    assert.deepEqual(
      [task?.["number"], task?.["reference"], task?.["resolvedAt"]],
      ["T-1042", "INC0042", "2026-03-02T14:05:00.000Z"],
    );
    assert.deepEqual(task?.["custom"], { Room: "3.17", "Asset tag": "P-77" });
    assert.equal(ticket["requester"], "Ana Lima");
    assert.equal(message, "Works again");
    assert.deepEqual(props, { caller: "desk-7" });
  });

  test("of a file it has the facts, and its name as the message; an internal one is nowhere in it", () => {
    const facts = { id: "f-1", name: "plan.pdf", contentType: "application/pdf", size: 4, sha256: "0".repeat(64) };
    const open = someInput({ attachment: { ...facts, visibility: "provider" } });
    assert.deepEqual([open.event["attachment"], open.message], [{ ...facts, inline: false }, "Attachment: plan.pdf (4 bytes)"]);
    const internal = someInput({ attachment: { ...facts, visibility: "internal" } });
    assert.equal(internal.message, null);
    assert.doesNotMatch(JSON.stringify(internal), /plan\.pdf|f-1/);
  });

  test("an internal message is nowhere in it", () => {
    const input = someInput({ message: { text: "between us", visibility: "internal" } });
    assert.equal(input.message, null);
    assert.doesNotMatch(JSON.stringify(input), /between us/);
  });

  test("a provider's System sees its own reference or none, under every name", () => {
    const mine = "INC0042";
    const seenBy = (provider: string | null, change: Parameters<typeof someInput>[0]): string =>
      JSON.stringify(packInput(someInput(change, { provider })));
    const late = { direction: "In", provider: "northwind", task: { ...TASK, provider: "contoso" } } as const;
    assert.doesNotMatch(seenBy("contoso", late), /INC0042/);
    assert.equal(someInput(late, { provider: "contoso" }).task?.["reference"], null);
    assert.equal(someInput(late, { provider: "contoso" }).formFields["External reference"], "");
    const ofNobody = { direction: null, provider: null } as const;
    assert.doesNotMatch(seenBy("contoso", ofNobody), /INC0042/);
    assert.equal(someInput(ofNobody, { provider: "northwind" }).task?.["reference"], mine);
    // The desk's own application is told whose it is.
    const desk = someInput(late, { provider: null });
    assert.deepEqual([desk.task?.["reference"], desk.event["provider"]], [mine, "northwind"]);
  });

  test("a secret is there as its marker only", () => {
    assert.deepEqual(FULL.secrets, { token: "marker-token-" });
    assert.doesNotMatch(JSON.stringify(FULL), /t0p/);
  });

  test("an app field is the same whichever app names it", () => {
    for (const app of APPS) {
      assert.equal(FULL.appFields[`${app}-Task_ExternalRequestType`], "Submit Request");
      assert.equal(FULL.appFields[`${app}-Task_ExternalRequestDirection`], "Out");
      assert.equal(FULL.appFields[`${app}-Task_ExternalReferenceNumber`], "INC0042");
      assert.equal(FULL.appFields[`${app}-Process_Id`], "p-1");
      assert.equal(FULL.appFields[`${app}-Task_UpdateMessage`], "Works again");
      assert.equal(FULL.appFields[`${app}-Task_Custom_Asset tag`], "P-77");
    }
    assert.equal(FULL.appFields["Ticketing.TaskClosure-Task_Solution"], "");
  });

  test("form fields go by the label people see, custom fields by their own name", () => {
    const { formFields } = FULL;
    assert.equal(formFields["Task number"], "T-1042");
    assert.equal(formFields["Subject"], "Printer on floor 3");
    assert.equal(formFields["Room"], "3.17");
    assert.equal(formFields["Site"], "Berlin");
    const disguised = someInput({ task: { ...TASK, custom: { "Task number": "forged", ["__proto__"]: "x" } } });
    assert.equal(disguised.formFields["Task number"], "T-1042");
  });

  test("an alert reaches an application of the desk, never a provider", () => {
    const facts = {
      kind: "queue_long",
      name: "a",
      says: "Many wait",
      since: 0,
      system: "x",
      provider: null,
      task: null,
    } as const;
    const alert = { kind: "alert", type: "alert.raised", task: null, ticket: null, alert: facts } as const;
    assert.deepEqual(someInput(alert, { provider: null }).event["alert"], { ...facts, since: "1970-01-01T00:00:00.000Z" });
    assert.doesNotMatch(JSON.stringify(someInput(alert)), /Many wait/);
    assert.equal(someInput(alert).formFields["Subject"], "");
  });

  test("it is the same after its way to the process of expressions", () => {
    const travelled = unpackInput(JSON.parse(JSON.stringify(packInput(FULL))));
    assert.deepEqual(JSON.parse(JSON.stringify(travelled)), JSON.parse(JSON.stringify(FULL)));
    const made = { ...FULL, appFields: { "Ticketing.TaskAssignment-Task_Number": "only this" } };
    assert.equal(unpackInput(packInput(made)).appFields["Ticketing.TaskAssignment-Task_Number"], "T-1042");
  });
});

suite("the catalogue of app fields", () => {
  const events = [someEvent(), someEvent({ task: { ...TASK, custom: { Room: "1", "It`s": "odd" } } })];
  const entries = catalogue(customNames(events));

  test("every field stands under each of the six apps, with a placeholder and an example", () => {
    const numbers = entries.filter((entry) => entry.field === "Task_Number");
    assert.deepEqual(
      numbers.map((entry) => entry.placeholder),
      APPS.map((app) => `#REPLACE-EXTAPPFIELD-${app}-Task_Number#`),
    );
    assert.equal(APPS.length, 6);
    assert.ok(entries.every((entry) => entry.description !== "" && (entry.example !== "" || entry.field.includes("_Custom_"))));
  });

  test("custom fields appear by themselves, each once for every app", () => {
    const fields = entries
      .filter((entry) => entry.app === APPS[0] && entry.field.includes("_Custom_"))
      .map((entry) => entry.field);
    assert.deepEqual(fields, ["Task_Custom_Room", "Task_Custom_Asset tag", "Task_Custom_It`s", "Ticket_Custom_Site"]);
  });

  test("what it lists has a value, by the path and by the placeholder", async () => {
    const work = createDoer({ timeMs: 1000, resultBytes: 100_000 });
    const input = packInput(someInput({ message: { text: "Hi", visibility: "provider" } }));
    for (const { path, placeholder, field } of catalogue(customNames([someEvent()])).slice(0, entries.length / 6)) {
      const template = { kind: "render", language: "liquid", body: placeholder, condition: null, input } as const;
      const byPlaceholder = JSON.parse(await work(template)).value;
      const byPath = JSON.parse(
        await work({ ...template, language: "jsonata", body: `$string($exists(${path}) ? ${path} : "")` }),
      ).value;
      assert.equal(byPlaceholder, byPath === "null" ? "" : byPath, field);
    }
  });
});
