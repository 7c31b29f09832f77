// Commits calls as the gateway's own thread groups them: for each the task is looked up and changed, an event and its raw form are added.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { systemClock } from "../../src/lib/clock.ts";
import { createDrawId } from "../../src/lib/ids.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

const port = parentPort;
if (!port) throw new Error("this file runs as a thread only");

/** As few go together as in the gateway. */
const FEWEST_TOGETHER = 32;

const drawId = createDrawId(systemClock);
const { file, withRaw } = workerData as { file: string; withRaw: boolean };
const db = openSqlite(file, false);
const begin = db.prepare("begin immediate");
const commit = db.prepare("commit");
const raise = db.prepare("update meta set value = value + ? where name = 'position'");
const head = db.prepare<[], { value: number }>("select value from meta where name = 'position'");
const find = db.prepare<[string], { id: number; ticket_id: number; past: string; last_position: number }>(
  "select id, ticket_id, past, last_position from tasks where number = ?",
);
const change = db.prepare("update tasks set status = 'acknowledged', last_position = ?, updated_at = ? where id = ?");
const addEvent =
  db.prepare(`insert into events (position, id, kind, type, ticket_id, ticket_version, task_id, task_version, previous, status,
  group_name, holder, reference, provider, request_type, direction, app, channel, actor, at, changes, test)
  values (?, ?, 'task', 'task.acknowledged', ?, 1, ?, 1, ?, 'acknowledged', 'acme-field', 'acme', ?, 'acme', 'Acknowledge', 'In', 'app', 'soap', 'acme', ?, ?, 0)`);
const addRaw = db.prepare("insert into raw_messages (position, about, bytes, raw) values (?, '{}', ?, ?)");

const textOf = (text: string, name: string): string =>
  text.slice(text.indexOf(`<${name}>`) + name.length + 2, text.indexOf(`</${name}>`));

function keep(text: string, position: number): void {
  const task = find.get(textOf(text, "taskId"));
  if (task === undefined) throw new Error("a call about no task");
  const [reference, message, now] = [textOf(text, "externalReference"), textOf(text, "message"), Date.now()];
  addEvent.run(
    position,
    drawId(),
    task.ticket_id,
    task.id,
    task.last_position,
    reference,
    now,
    JSON.stringify({ reference, message }),
  );
  if (withRaw) addRaw.run(position, text.length, Buffer.from(text));
  change.run(position, now, task.id);
}

function commitTogether(calls: readonly string[]): void {
  begin.run();
  raise.run(calls.length);
  const last = head.get()?.value ?? 0;
  for (const [place, text] of calls.entries()) keep(text, last - calls.length + place + 1);
  commit.run();
  port?.postMessage(calls.length);
}

function arrived(): string[] {
  const calls: string[] = [];
  for (let next = receiveMessageOnPort(port as never); next; next = receiveMessageOnPort(port as never))
    calls.push(...next.message);
  return calls;
}

port.on("message", (first: string[]) => {
  const calls = [...first, ...arrived()];
  while (calls.length > 0) {
    commitTogether(calls.splice(0, Math.max(FEWEST_TOGETHER, Math.ceil(calls.length / 2))));
    calls.push(...arrived());
  }
});
