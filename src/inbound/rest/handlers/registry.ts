// Every operation of the contract by its operationId. A new one is a file beside this one and a line here.
import type { Operation } from "../operation.ts";
import { acknowledgeTask } from "./acknowledgeTask.ts";
import { addMessage } from "./addMessage.ts";
import { applySite } from "./applySite.ts";
import { assignTask } from "./assignTask.ts";
import { closeTask } from "./closeTask.ts";
import { createTask } from "./createTask.ts";
import { createTicket } from "./createTicket.ts";
import { getSite } from "./getSite.ts";
import { getTask } from "./getTask.ts";
import { getTicket } from "./getTicket.ts";
import { listEvents } from "./listEvents.ts";
import { listTaskEvents } from "./listTaskEvents.ts";
import { listTasks } from "./listTasks.ts";
import { reassignTask } from "./reassignTask.ts";
import { receiveMail } from "./receiveMail.ts";
import { rejectSolution } from "./rejectSolution.ts";

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  acknowledgeTask,
  addMessage,
  applySite,
  assignTask,
  closeTask,
  createTask,
  createTicket,
  getSite,
  getTask,
  getTicket,
  listEvents,
  listTaskEvents,
  listTasks,
  reassignTask,
  receiveMail,
  rejectSolution,
};
