// The story a newcomer would tell: three partners' programs, one stream of task events. Every part is the real one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startApp } from "../helpers/app.ts";
import { startDovecot } from "../helpers/dovecot.ts";
import { lacking, program } from "../helpers/packages.ts";
import { mailBytes, mailboxDocument, readFeed, SOAP_PATH, tellByRest } from "../helpers/story.ts";

/** What a PHP program of a provider does: reads the served WSDL, calls, prints the answer. */
const PHP_CLIENT = `
[, $wsdl, $user, $password, $call] = $argv;
$options = ["login" => $user, "password" => $password, "cache_wsdl" => WSDL_CACHE_NONE, "exceptions" => true];
$client = new SoapClient($wsdl, $options);
$answer = $client->ProcessInstanceTaskExternalAcknowledgement(json_decode($call, true));
echo $answer->ProcessInstanceTaskExternalAcknowledgementResult;
`;

const skip = lacking("php") || lacking("dovecot");

test("a task acknowledged by SOAP, updated over REST and solved by mail is one story to ticketing", { skip }, async (t) => {
  const dovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const mailDone = Promise.withResolvers<void>();
  const onLog = (line: Record<string, unknown>): void => {
    if (line["event"] === "message.answered" && line["channel"] === "email") mailDone.resolve();
  };
  const app = await startApp({ site: { mailboxes: [mailboxDocument(dovecot)] }, onLog });
  t.after(() => app.close());
  const task = await app.createTask({ number: "TSK-2001", subject: "Replace the router" });
  const desk = { url: app.url, key: app.keys.ticketing };
  const before = (await readFeed(desk)).length;

  const call = JSON.stringify({ taskId: task, externalReference: "INC0042", message: "We are on it." });
  const php = ["-r", PHP_CLIENT, "--", `${app.url}${SOAP_PATH}?wsdl`, app.basic.acme.user, app.basic.acme.password, call];
  const { stdout: acknowledged } = await promisify(execFile)(program("php"), php, { timeout: 30_000 });
  const update = { type: "update_message", task, message: "The engineer is on the way." } as const;
  const updated = await tellByRest({ url: app.url, key: app.keys.acme }, update);
  const solved = { type: "reassignment", task, outcome: "solved", solution: "Router replaced." } as const;
  await dovecot.append(mailBytes(solved, "noc@acme.example", "first@acme.example"));
  await mailDone.promise;

  const events = await readFeed(desk, before);
  const story = events.map(({ type, subject, data }) => [
    type,
    subject,
    data.requestType,
    data.direction,
    data.app,
    data.channel,
  ]);
  assert.deepEqual(story, [
    ["crossdesk.task.acknowledged", task, "Acknowledged", "In", "Ticketing.TaskExternalAcknowledgement", "soap"],
    ["crossdesk.task.message", task, "Update", "In", "Ticketing.TaskExternalUpdateMessage", "rest"],
    ["crossdesk.task.solved", task, "Reassigned", "In", "Ticketing.TaskExternalReassignment", "email"],
  ]);
  assert.deepEqual(
    events.map(({ data }) => [data.task?.status, data.task?.reference, data.message?.text ?? null, data.task?.solution]),
    [
      ["acknowledged", "INC0042", "We are on it.", null],
      ["acknowledged", "INC0042", "The engineer is on the way.", null],
      ["solved", "INC0042", null, "Router replaced."],
    ],
  );
  assert.deepEqual([events[0]?.id, events[1]?.id], [acknowledged, updated.event]);
  assert.deepEqual(
    events.map(({ sequence }) => Number(sequence)),
    [before + 1, before + 2, before + 3],
  );
});
