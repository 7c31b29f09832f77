// The views as one object, for channels and pages.
import type { Reader as Source } from "../db.ts";
import { listAlerts } from "./alerts.ts";
import { listAudit } from "./audit.ts";
import { listCursors, oneCursor } from "./cursors.ts";
import { eventById, eventChain } from "./events.ts";
import { feed, feedRange, headOf } from "./feed.ts";
import { listTasks } from "./task-lists.ts";
import { oneTask } from "./tasks.ts";
import { listTickets, oneTicket, ticketHistory } from "./tickets.ts";
import type { Views } from "./types.ts";

export function createViews(source: Source): Views {
  return {
    task: async (number, reader) => (await oneTask(source, number, reader))?.view ?? null,
    tasks: (filter, reader) => listTasks(source, filter, reader),
    ticket: (number) => oneTicket(source, number),
    tickets: (filter) => listTickets(source, filter),
    ticketEvents: (number, after, limit) => ticketHistory(source, number, { after, limit }),
    async taskEvents(number, after, limit, reader) {
      const task = await oneTask(source, number, reader);
      return task && eventChain(source, task.lastPosition, { after, limit }, reader);
    },
    events: (after, limit, filter) => feed(source, { after, limit, filter }),
    event: (id) => eventById(source, id),
    head: () => headOf(source),
    range: () => feedRange(source),
    cursors: () => listCursors(source),
    cursor: (name) => oneCursor(source, name),
    alerts: (filter) => listAlerts(source, filter),
    audit: (filter) => listAudit(source, filter),
  };
}
