// What a decision may look up while a batch is under way: rows as loaded, plus what the batch did so far.
import type { Person } from "../core/directory.ts";
import type { World } from "../core/ports.ts";
import type { Alerts } from "./alerts.ts";
import type { Attachments } from "./attachments.ts";
import { recallAnswer } from "./digests.ts";
import { type Loaded, referenceKey } from "./loading.ts";
import type { Site } from "./site.ts";

interface Seen {
  site: Site;
  loaded: Loaded;
  numbers: { ticket: string[]; task: string[] };
  alerts: Pick<Alerts, "raised">;
  attachments: Pick<Attachments, "find" | "count">;
  persons: ReadonlyMap<string, Person>;
}

/** Numbers are taken from those drawn for the batch; a unit that is refused after taking one leaves a gap. */
export function batchWorld({ site, loaded, numbers, alerts, attachments, persons }: Seen): World {
  const { tasks, tickets } = loaded;
  return {
    directory: site,
    taskByNumber: (number) => tasks.get(number)?.task,
    taskByProcess: (id) => tasks.get(loaded.processes.get(id) ?? "")?.task,
    tasksByReference(provider, reference) {
      const stored = loaded.references.get(referenceKey(provider, reference)) ?? [];
      const numbers = new Set(stored);
      for (const { task } of tasks.values()) if (task.references[provider] === reference) numbers.add(task.number);
      return [...numbers].flatMap((number) => tasks.get(number)?.task ?? []);
    },
    ticketByNumber: (number) => tickets.get(number)?.ticket,
    openTasksOf: (ticket) =>
      [...tasks.values()].flatMap(({ task }) => (task.ticket === ticket && task.status !== "closed" ? [task] : [])),
    revisionOf(kind, number) {
      const entry = (kind === "task" ? tasks : tickets).get(number);
      return entry?.state === "stored" ? entry.lastPosition : null;
    },
    person: (id) => persons.get(id),
    answerTo: (task, digest) => recallAnswer(tasks.get(task)?.digests ?? Buffer.alloc(0), digest),
    raisedAlert: (name) => alerts.raised(name),
    stagedAttachment: (id) => attachments.find(id),
    attachmentsOf: (task) => attachments.count(task),
    nextNumber(kind) {
      const number = numbers[kind].shift();
      if (number === undefined) throw new Error(`no ${kind} number was drawn for this command`);
      return number;
    },
  };
}
