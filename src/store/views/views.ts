// The views as one object, for channels and pages.
import type { Reader as Source } from "../db.ts";
import { listAlerts } from "./alerts.ts";
import { listAudit } from "./audit.ts";
import { feed, taskHistory } from "./events.ts";
import { listTasks, oneTask, oneTicket } from "./tasks.ts";
import type { Views } from "./types.ts";

export function createViews(source: Source): Views {
  return {
    task: async (number, reader) => (await oneTask(source, number, reader))?.view ?? null,
    tasks: (filter, reader) => listTasks(source, filter, reader),
    ticket: (number) => oneTicket(source, number),
    async taskEvents(number, after, limit, reader) {
      const task = await oneTask(source, number, reader);
      return task && taskHistory(source, task.lastPosition, { after, limit }, reader);
    },
    events: (after, limit) => feed(source, after, limit),
    alerts: (filter) => listAlerts(source, filter),
    audit: (filter) => listAudit(source, filter),
  };
}
