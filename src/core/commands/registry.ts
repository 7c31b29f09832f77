// Every command there is, by type. A new one is a file beside this one and a line in each of the two lists.
import { type Acknowledge, acknowledge } from "./acknowledge.ts";
import { type AddAttachment, addAttachment } from "./add-attachment.ts";
import { type AddMessage, addMessage } from "./add-message.ts";
import { type AddTicketMessage, addTicketMessage } from "./add-ticket-message.ts";
import { type AssignTask, assignTask } from "./assign-task.ts";
import { type ChangeTask, changeTask } from "./change-task.ts";
import { type ChangeTicket, changeTicket } from "./change-ticket.ts";
import { type CloseTask, closeTask } from "./close-task.ts";
import { type CloseTicket, closeTicket } from "./close-ticket.ts";
import type { CommandSpec } from "./command.ts";
import { type CreateTask, createTask } from "./create-task.ts";
import { type CreateTicket, createTicket } from "./create-ticket.ts";
import { type DeclineSolution, declineSolution } from "./decline-solution.ts";
import { type ImportTask, importTask } from "./import-task.ts";
import { type ImportTicket, importTicket } from "./import-ticket.ts";
import { type Reassignment, reassignment } from "./reassignment.ts";
import { type ReopenTicket, reopenTicket } from "./reopen-ticket.ts";
import { type ReportAlert, reportAlert } from "./report-alert.ts";
import { type UpdateMessage, updateMessage } from "./update-message.ts";

export type Command =
  | Acknowledge
  | UpdateMessage
  | Reassignment
  | CreateTicket
  | CreateTask
  | AssignTask
  | AddMessage
  | AddAttachment
  | AddTicketMessage
  | DeclineSolution
  | CloseTask
  | ChangeTask
  | ChangeTicket
  | CloseTicket
  | ReopenTicket
  | ReportAlert
  | ImportTicket
  | ImportTask;

type Specs = { [T in Command["type"]]: CommandSpec<Extract<Command, { type: T }>> };

const SPECS: Specs = {
  acknowledge,
  update_message: updateMessage,
  reassignment,
  create_ticket: createTicket,
  create_task: createTask,
  assign_task: assignTask,
  add_message: addMessage,
  add_attachment: addAttachment,
  add_ticket_message: addTicketMessage,
  decline_solution: declineSolution,
  close_task: closeTask,
  change_task: changeTask,
  change_ticket: changeTicket,
  close_ticket: closeTicket,
  reopen_ticket: reopenTicket,
  report_alert: reportAlert,
  import_ticket: importTicket,
  import_task: importTask,
};

/** The spec of a command's type. */
export function specOf(command: Command): CommandSpec<Command> {
  return SPECS[command.type] as unknown as CommandSpec<Command>;
}
