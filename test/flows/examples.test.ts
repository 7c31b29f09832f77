// The examples of the documents do what they say: each is applied as it stands, only its addresses and secrets are those of a
// receiver on this machine, and the page shows them word for word.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite, test, type TestContext } from "node:test";
import { simpleParser } from "mailparser";
import { Webhook } from "standardwebhooks";
import type { CustomFields } from "../../src/core/task.ts";
import { readSiteFile } from "../../src/site-file.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { EmailDocument, SystemDocument } from "../../src/store/site-outgoing-document.ts";
import { startApp } from "../helpers/app.ts";
import { answerJson, type PartnerAnswer, startPartner } from "../helpers/partner.ts";
import { mailOf } from "../helpers/mail.ts";
import { ROOT } from "../helpers/sources.ts";
import { type DeskCommand, postMail, type ProviderCommand, SOAP_PATH, tellByRest } from "../helpers/story.ts";
import { type Gateway, open, settled, startGateway, told, tries } from "../helpers/two-gateways.ts";
import { startSink } from "../outbound/email-sink.ts";

const FILES = globSync("examples/*.yaml", { cwd: ROOT }).sort();
const PAGE = readFileSync(path.join(ROOT, "docs/outgoing.md"), "utf8");

/** An example with its one System changed: where it is, and what it is let in with. */
function example(name: string, change: Partial<SystemDocument>): SiteDocument {
  const document = readSiteFile(path.join(ROOT, "examples", `${name}.yaml`));
  return { ...document, systems: (document.systems ?? []).map((system) => ({ ...system, ...change })) };
}

async function gateway(t: TestContext): Promise<Gateway> {
  const started = await startGateway("TSK");
  t.after(() => started.app.close());
  return started;
}

async function partner(t: TestContext, answer?: PartnerAnswer) {
  const started = await startPartner(answer);
  t.after(() => started.close());
  return started;
}

const bodies = (requests: readonly { body: string }[]) => requests.map((one) => JSON.parse(one.body) as unknown);

/** Says commands one after the other, each when everything before it has left. */
async function say(at: Gateway, key: string, ...commands: (DeskCommand | ProviderCommand)[]): Promise<void> {
  for (const command of commands) {
    await settled(at);
    const { status, text } = await tellByRest({ url: at.url, key }, command);
    assert.equal(status, 201, text);
  }
  await settled(at);
}

suite("examples", () => {
  test("webhook: a signed call for every event, told apart; the answer brings the reference and a text", async (t) => {
    const northwind = await partner(t, (request, response) => {
      const { kind } = JSON.parse(request.body) as { kind: string };
      answerJson(response, 200, kind === "new" ? { number: "NW-7", note: "We look at it." } : {});
    });
    const desk = await gateway(t);
    const changes = await desk.app.app.store.admin.apply(example("webhook", { properties: { base: northwind.url } }));
    const signing = changes.find((one) => one.name === "northwind-api")?.secrets?.signing ?? "";
    const subject = `Switch without power ${"and light ".repeat(10)}now`;
    const task = await open(desk.desk, "northwind-field", subject);
    await say(
      desk,
      desk.desk.key,
      { type: "add_message", task, text: "Raum 3 – „links“", visibility: "provider" },
      { type: "add_message", task, text: "They are slow.", visibility: "internal" },
      { type: "assign_task", task, group: "service-desk" },
      { type: "assign_task", task, group: "northwind-field" },
      { type: "close_task", task, reason: "It glows." },
    );
    const common = { ourNumber: task, title: `${subject.slice(0, 53)}… [cut]`, priority: "P1" };
    const known = { ...common, yourNumber: "NW-7" };
    assert.deepEqual(bodies(northwind.requests), [
      { ...common, kind: "new", yourNumber: null, text: `About ${subject}` },
      { ...known, kind: "note", text: 'Raum 3 - "links"' },
      { ...known, kind: "withdrawn", text: "withdrawn" },
      { ...known, kind: "again", text: `About ${subject}` },
      { ...known, kind: "closed", text: "It glows." },
    ]);
    const webhook = new Webhook(signing);
    for (const { body, headers } of northwind.requests) webhook.verify(body, headers as Record<string, string>);
    const updates = told(await desk.feed(), task).filter((one) => one.includes("Update/In"));
    assert.deepEqual(updates, ["task.message (Update/In TaskExternalUpdateMessage) [NW-7] rest: We look at it."]);
  });

  test("placeholders: three processes as templates, the reference of the answer in the address of the next call", async (t) => {
    const contoso = await partner(t, (request, response) =>
      answerJson(response, 200, request.method === "POST" ? { incident: { id: "INC/42" } } : {}),
    );
    const desk = await gateway(t);
    await desk.apply(example("placeholders", { properties: { base: contoso.url }, secrets: { password: "correct horse" } }));
    const task = await open(desk.desk, "contoso-field", 'Switch "A" without power');
    const text = 'She said: "now",\nand hung up.';
    await say(desk, desk.desk.key, { type: "add_message", task, text, visibility: "provider" });
    await say(desk, desk.desk.key, { type: "close_task", task, reason: "It glows." });
    const authorization = `Basic ${Buffer.from("desk:correct horse").toString("base64")}`;
    assert.deepEqual(
      contoso.requests.map(({ method, path: to, headers }) => [method, to, headers.authorization]),
      [
        ["POST", "/incidents", authorization],
        ["PATCH", "/incidents/INC%2F42", authorization],
        ["PATCH", "/incidents/INC%2F42", authorization],
      ],
    );
    assert.deepEqual(bodies(contoso.requests), [
      {
        request: "Submit Request",
        number: task,
        short_description: 'Switch "A" without power',
        description: 'About Switch "A" without power',
        caller: "ada@example.com",
      },
      { work_notes: text },
      { state: "closed", close_notes: "It glows." },
    ]);
  });
});

/** A customer's desk that knows one task, and our own gateway with an example for it and the task as our people have it. */
async function customer(t: TestContext, name: string, secrets: Record<string, string> | null) {
  const theirs = await startApp();
  t.after(() => theirs.close());
  const number = await theirs.createTask({ number: "CUST/1 & 2" });
  const ours = await gateway(t);
  const properties = { service: theirs.url + SOAP_PATH };
  await ours.apply(example(name, { properties, secrets: secrets ?? { key: theirs.keys.acme } }));
  const keys = await ours.apply({ credentials: [{ id: "team", provider: "field-team", apiKey: "generate" }] });
  const custom: CustomFields[] = [{ customerTask: number }, {}];
  const tasks: string[] = [];
  for (const one of custom) tasks.push(await open(ours.desk, "field-team", "A task", one));
  const events = async () => (await theirs.views.taskEvents(number, 0, 50, { kind: "desk" }))?.items.slice(2) ?? [];
  return { ours, team: keys["team"] ?? "", task: tasks[0] ?? "", own: tasks[1] ?? "", events };
}

suite("examples over SOAP", () => {
  test("soap: the customer's desk hears of acknowledgement and solution, and of its own tasks alone", async (t) => {
    const { ours, team, task, own, events } = await customer(t, "soap", null);
    const resolvedAt = Date.UTC(2026, 10, 3, 14, 5);
    for (const number of [own, task]) {
      await say(
        ours,
        team,
        { type: "acknowledge", task: number, reference: "FT-1", message: "Under way." },
        {
          type: "reassignment",
          task: number,
          outcome: "solved",
          solution: "Fuse < 10 A\nreplaced.",
          resolvedAt,
        },
      );
    }
    const heard = (await events()).map((one) => [
      one.type,
      one.channel,
      one.task?.reference,
      one.message?.text ?? one.task?.solution,
    ]);
    assert.deepEqual(heard, [
      ["task.acknowledged", "soap", task, "Under way."],
      ["task.solved", "soap", task, "Fuse < 10 A\nreplaced."],
    ]);
    assert.equal((await events()).at(-1)?.task?.resolvedAt, resolvedAt);
    assert.deepEqual(
      tries(ours).filter((one) => one.includes("rejected")),
      [],
    );
  });

  test("soap-template: what a template writes as XML is a call like any other", async (t) => {
    const { ours, team, task, own, events } = await customer(t, "soap-template", { password: "correct horse" });
    for (const number of [own, task])
      await say(ours, team, { type: "update_message", task: number, message: "1 < 2 & 3 > 2 ]]> done" });
    const heard = (await events()).map((one) => [one.type, one.channel, one.task?.reference, one.message?.text]);
    assert.deepEqual(heard, [["task.message", "soap", task, "1 < 2 & 3 > 2 ]]> done"]]);
    assert.deepEqual(tries(ours), ["customer-update done stopped", "customer-update done http_200"]);
  });
});

suite("examples by mail", () => {
  test("mail: every event in words of its own, to be answered by a reply", async (t) => {
    const sink = await startSink({
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        done(null, username === "desk" && password === "correct horse" ? { user: username } : {}),
    });
    t.after(() => sink.close());
    const desk = await gateway(t);
    const { mailboxes = [], ...document } = example("mail", { secrets: { password: "correct horse" } });
    const here = { host: "127.0.0.1", port: sink.port, security: "none" } as const;
    const systems = (document.systems ?? []).map((system) => ({
      ...system,
      apis: { mail: { ...(system.apis?.mail as EmailDocument), ...here } },
    }));
    await desk.apply({ ...document, systems, mailboxes: mailboxes.map((one) => ({ ...one, host: null })) });
    const task = await open(desk.desk, "fixit-field", "Switch without power");
    await settled(desk);
    const asked = await simpleParser(sink.mails[0]?.raw ?? "");
    const reply = mailOf("We are on our way.", {
      ...{ from: "Office <office@fixit.example>", to: asked.replyTo?.text ?? "", messageId: "1@fixit.example" },
      headers: ["Authentication-Results: mx.desk.example; dmarc=pass header.from=fixit.example"],
    });
    const answered = await postMail({ url: desk.url, key: desk.app.keys.admin, mailbox: "desk" }, reply);
    assert.equal(answered.code, "done", answered.text);
    await say(
      desk,
      desk.desk.key,
      { type: "add_message", task, text: "The door code is 4711.", visibility: "provider" },
      {
        type: "close_task",
        task,
        reason: "It glows.",
      },
    );
    const mails = await Promise.all(sink.mails.map((one) => simpleParser(one.raw)));
    assert.deepEqual(
      mails.map(({ subject, to }) => [subject, [to].flat()[0]?.text]),
      mails.map(() => [`[${task}] Switch without power`, "office@fixit.example"]),
    );
    assert.deepEqual(
      sink.mails.map((one) => one.user),
      ["desk", "desk", "desk"],
    );
    const words = mails.map(({ text = "" }) => /Dear colleagues,\n\n([\s\S]*?)\n\nYour service desk/.exec(text)?.[1]);
    assert.deepEqual(words, [
      `please take over ${task}: Switch without power\n\nAbout Switch without power\n\nAsked for by ada@example.com.`,
      `a message about ${task}:\n\nThe door code is 4711.`,
      `${task} is closed, thank you.`,
    ]);
    const said = told(await desk.feed(), task).filter((one) => one.includes("/In"));
    assert.deepEqual(said, ["task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) email: We are on our way."]);
    for (const { replyTo } of mails) assert.match(replyTo?.value[0]?.address ?? "", /^desk\+[a-z2-7]{27,}@desk\.example$/);
  });
});

suite("the page about what leaves", () => {
  test("shows every example word for word", () => {
    assert.ok(FILES.length >= 5);
    const shown = [...PAGE.matchAll(/```yaml\n(# [\s\S]*?)```/g)].map(([, text]) => text);
    assert.deepEqual(
      FILES.filter((file) => !shown.includes(readFileSync(path.join(ROOT, file), "utf8"))),
      [],
      "examples that docs/outgoing.md does not show as they are",
    );
  });
});
