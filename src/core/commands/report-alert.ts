// The gateway warns the desk of something, or says that it is over. Nobody else may: no channel makes this command.
import type { AlertFacts, AlertSubject } from "../events.ts";
import { awaitsReference, type Task } from "../task.ts";
import { type CommandSpec, tooLong } from "./command.ts";

export interface ReportAlert {
  type: "report_alert";
  state: "raised" | "cleared";
  alert: AlertSubject;
  /** A sentence for an operator. */
  says: string;
}

/** The name under which an alert is raised once and cleared once, such as `queue_long alpha` or `no_reference TSK-1 acme`. */
export function alertName({ kind, system, provider, task, mailbox }: AlertSubject): string {
  return [kind, system, task, provider, mailbox ?? null].filter((one) => one !== null).join(" ");
}

/** What is so already leads to no event: of two processes that see the same thing one alone is heard. */
export const reportAlert: CommandSpec<ReportAlert> = {
  callers: ["gateway"],
  mostEvents: 1,
  writesFields: false,
  names: ({ alert }) => ({ alert: alertName(alert), ...(alert.task === null ? {} : { task: { task: alert.task } }) }),
  decide({ state, alert, says }, { world, at }) {
    const long = tooLong({ reason: says });
    if (long) return long;
    const name = alertName(alert);
    const raised = world.raisedAlert(name);
    if ((state === "raised") === (raised !== undefined)) return [];
    const task = alert.task === null ? undefined : world.taskByNumber(alert.task);
    if (state === "raised" && isOver(alert, task)) return [];
    const facts: AlertFacts = { ...alert, name, says, since: raised?.since ?? at };
    const about = { task: task?.number ?? null, ticket: task?.ticket ?? null };
    return [{ kind: "alert", type: `alert.${state}`, ...about, changes: { alert: facts } }];
  },
};

/** The task is locked only now: the reference may have come since somebody looked. */
function isOver({ kind, provider }: AlertSubject, task: Task | undefined): boolean {
  return kind === "no_reference" && (task === undefined || provider === null || !awaitsReference(task, provider));
}
