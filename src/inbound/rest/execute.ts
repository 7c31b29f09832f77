// Sends the command of a POST through the door and makes the answer, the first time and when it is asked for again.
import type { Command } from "../../core/commands/registry.ts";
import { Failure } from "../../core/errors.ts";
import type { Caller, CommandResult } from "../../core/ports.ts";
import type { Reader, TaskView, Views } from "../../store/views/types.ts";
import { keyOf, type OwnNumber, type Sent } from "./duplicate-key.ts";
import { rawOf } from "./kept.ts";
import { taskJson } from "./json.ts";
import type { AnswerOf, Call, JsonAnswer, Services } from "./operation.ts";

const PAGE = 200;
/** The most pages of a task's events that are read to give an answer again. */
const MOST_PAGES = 50;

/** What was done, perhaps nothing: then there are no events. */
export interface Executed extends CommandResult {
  repeated: boolean;
  queueMs: number | undefined;
}

/** What was done, with the event that stands for it. */
type Eventful = Executed & { event: string };

/** Executes one command that leads to an event. Throws the refusal as a `Failure`. */
export async function execute(call: Sent, command: Command, services: Services, own?: OwnNumber): Promise<Eventful> {
  const done = await executeChange(call, command, services, own);
  const [event] = done.events;
  if (event === undefined) throw new Error("a command was done without an event");
  return { ...done, event };
}

/** Executes one command, which may change nothing. Throws the refusal as a `Failure`. */
export async function executeChange(
  call: Sent,
  command: Command,
  { door, keepRaw }: Services,
  own?: OwnNumber,
): Promise<Executed> {
  const key = keyOf(call, own);
  const outcome = await door.execute({
    commands: [command],
    caller: call.visit.caller,
    channel: "rest",
    raw: rawOf(keepRaw, call),
    ...(key ? { key } : {}),
  });
  if (outcome.status === "refused") {
    const { code, detail } = outcome.refusal;
    // Who sent no key is told of the number instead.
    throw code === "key_reused" && call.idempotencyKey === null ? new Failure("number_taken") : new Failure(code, detail);
  }
  const result = outcome.results[0];
  if (result === undefined) throw new Error("a command was done without a result");
  return { ...result, repeated: outcome.repeated, queueMs: outcome.queueMs };
}

/** With whose eyes the caller reads. */
export function readerOf(caller: Caller): Reader {
  return caller.kind === "provider" ? { kind: "provider", provider: caller.provider } : { kind: "desk" };
}

/** What every call about one task answers: its event, and the task after it. */
export type TaskAnswer = AnswerOf<"acknowledgeTask">;

/** Executes a command about a task and answers 201 with its event and the task after it. */
export async function executeOnTask(call: Call, command: Command, services: Services, own?: OwnNumber): Promise<TaskAnswer> {
  const done = await execute(call, command, services, own);
  if (call.minimal) return { ...created(done), body: { event: done.event, task: null }, task: done.task };
  const task = await taskAfter(done, services.views, readerOf(call.visit.caller));
  return { ...created(done), body: { event: done.event, task: task && taskJson(task) }, task: done.task };
}

/** The parts every 201 has. */
export function created(done: Eventful): Omit<JsonAnswer, "body" | "status"> & { status: 201 } {
  const headers = done.repeated ? { "idempotency-replayed": "true" } : undefined;
  return { status: 201, repeated: done.repeated, event: done.event, queueMs: done.queueMs, ...(headers ? { headers } : {}) };
}

/** The task after what was done, as it was then when it was done before. */
export async function taskAfter(done: Executed, views: Views, reader: Reader): Promise<TaskView | null> {
  if (done.task === null) return null;
  const task = await views.task(done.task, reader);
  return task && done.repeated ? taskAtEvent(task, done, views, reader) : task;
}

/** The task as it was when the first answer was given, so that an answer given again is the same. */
async function taskAtEvent(task: TaskView, done: Executed, views: Views, reader: Reader): Promise<TaskView> {
  const last = done.events.at(-1);
  let after = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const events = await views.taskEvents(task.number, after, PAGE, reader);
    const found = events?.items.find((event) => event.id === last);
    if (found?.task) return { ...task, ...found.task, updatedAt: found.at };
    if (!events || events.next === null) return task;
    after = Number(events.next);
  }
  return task;
}
