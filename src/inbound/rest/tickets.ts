// What calls about tickets and changes of tasks answer: the thing after it, with the ETag by which the next change can name it.
import type { Command } from "../../core/commands/registry.ts";
import { Failure } from "../../core/errors.ts";
import { statusOf, taskTag, ticketTag } from "../../core/ticket-status.ts";
import type { TicketView } from "../../store/views/types.ts";
import { etagOf } from "./conditional.ts";
import { type Executed, executeChange, readerOf, taskAfter } from "./execute.ts";
import { taskJson, ticketJson } from "./json.ts";
import type { Call, JsonAnswer, Services } from "./operation.ts";
import { Problem } from "./problem.ts";
import type { ResultOf, Schemas } from "./typed.ts";

type Shown = Pick<Services, "site" | "views">;

/** The ticket as it is shown, and its ETag. */
export function shownTicket(
  view: TicketView,
  { site }: Pick<Services, "site">,
): { body: Schemas["Ticket"]; etag: { etag: string } } {
  const status = statusOf(site().ticketStatuses, view.status);
  return { body: ticketJson(view, status), etag: etagOf(ticketTag(view.revision, status)) };
}

/** The ticket now. Throws `unknown_ticket`. */
export async function presentTicket(number: string, services: Shown): Promise<ReturnType<typeof shownTicket>> {
  const ticket = await services.views.ticket(number);
  if (ticket === null) throw new Failure("unknown_ticket");
  return shownTicket(ticket, services);
}

/** The ETag of a task. */
export const etagOfTask = ({ revision }: { revision: number }): { etag: string } => etagOf(taskTag(revision));

/** The task now, with its ETag. Throws `unknown_task`. */
export async function presentTask({ path, visit }: Call<{ readonly taskId: string }, unknown>, { views }: Shown) {
  const task = await views.task(path.taskId, readerOf(visit.caller));
  if (task === null) throw new Failure("unknown_task");
  return { body: taskJson(task), etag: etagOfTask(task), task: task.number };
}

/**
 * The ticket after what was done, as it was then when it was done before. The first answer is given again, but without an ETag:
 * what it shows may be old.
 */
export async function ticketAfter(
  done: Executed,
  services: Shown,
): Promise<{ body: Schemas["Ticket"]; etag: { etag?: string } }> {
  const present = await services.views.ticket(done.ticket ?? "");
  if (present === null) throw new Error("a ticket just written cannot be read");
  const event = done.repeated ? await services.views.event(done.events.at(-1) ?? "") : null;
  if (!event?.ticket) return shownTicket(present, services);
  const { body } = shownTicket({ ...present, ...event.ticket, updatedAt: event.at }, services);
  return { body, etag: {} };
}

type TicketCall = Call<{ readonly ticketId: string }, unknown>;

/** Executes a command about a ticket that is there, and answers with its event and the ticket after it. */
export async function changeOfTicket<S extends 200 | 201>(
  call: TicketCall,
  command: Command,
  services: Services,
  status: S,
): Promise<JsonAnswer<Schemas["TicketChange"]> & { status: S }> {
  const { ticketId } = call.path;
  const tags = async () => (await presentTicket(ticketId, services)).etag;
  const done = await executeChange(call, command, services).catch((error: unknown) => withTag(error, tags));
  // What changes nothing has no event to be known by.
  const { body, etag } = done.events.length === 0 ? await presentTicket(ticketId, services) : await ticketAfter(done, services);
  const event = done.events.at(-1) ?? null;
  return { status, ...said(done, etag), event, body: { event, ticket: body } };
}

/** Executes a change of a task, and answers with its event and the task after it. */
export async function changeOfTask(
  call: Call<{ readonly taskId: string }, unknown>,
  command: Command,
  services: Services,
): Promise<JsonAnswer<ResultOf<"changeTask">> & { status: 200 }> {
  const reader = readerOf(call.visit.caller);
  const done = await executeChange(call, command, services).catch((error: unknown) =>
    withTag(error, async () => (await presentTask(call, services)).etag),
  );
  const event = done.events.at(-1) ?? null;
  const named = done.task ?? call.path.taskId;
  const task = event === null ? await services.views.task(named, reader) : await taskAfter(done, services.views, reader);
  if (task === null) throw new Failure("unknown_task");
  const etag = done.repeated ? {} : etagOfTask(task);
  return { status: 200, ...said(done, etag), event, task: task.number, body: { event, task: taskJson(task) } };
}

function said({ repeated, queueMs }: Executed, etag: { etag?: string }) {
  return { repeated, queueMs, headers: { ...etag, ...(repeated ? { "idempotency-replayed": "true" } : {}) } };
}

/** Who had an older version is told the tag of the present one. */
async function withTag(error: unknown, tag: () => Promise<{ etag: string }>): Promise<never> {
  if (error instanceof Failure && error.code === "precondition_failed")
    throw new Problem("precondition_failed", error.detail, { headers: await tag() });
  throw error;
}
