// Every operation of the contract by its operationId. A new one is a file beside this one and a line here.
import type { Operation } from "../operation.ts";
import type { OperationId } from "../typed.ts";
import { acknowledgeDelivery } from "./acknowledgeDelivery.ts";
import { acknowledgeQueue } from "./acknowledgeQueue.ts";
import { acknowledgeTask } from "./acknowledgeTask.ts";
import { addAttachment } from "./addAttachment.ts";
import { addMessage } from "./addMessage.ts";
import { addTicketMessage } from "./addTicketMessage.ts";
import { applySite } from "./applySite.ts";
import { assignTask } from "./assignTask.ts";
import { changeGroup } from "./changeGroup.ts";
import { changePerson } from "./changePerson.ts";
import { changeTask } from "./changeTask.ts";
import { changeTicket } from "./changeTicket.ts";
import { closeTask } from "./closeTask.ts";
import { createCredential } from "./createCredential.ts";
import { deleteCredential } from "./deleteCredential.ts";
import { getCredential } from "./getCredential.ts";
import { listCredentials } from "./listCredentials.ts";
import { rotateCredential } from "./rotateCredential.ts";
import { closeTicket } from "./closeTicket.ts";
import { createTask } from "./createTask.ts";
import { createTicket } from "./createTicket.ts";
import { getAttachment } from "./getAttachment.ts";
import { dismissMessage } from "./dismissMessage.ts";
import { dismissMessages } from "./dismissMessages.ts";
import { getDelivery } from "./getDelivery.ts";
import { getGroup } from "./getGroup.ts";
import { getPerson } from "./getPerson.ts";
import { getSite } from "./getSite.ts";
import { getMessage } from "./getMessage.ts";
import { getMessageMail } from "./getMessageMail.ts";
import { getMessageRaw } from "./getMessageRaw.ts";
import { getTask } from "./getTask.ts";
import { getTicket } from "./getTicket.ts";
import { holdQueue } from "./holdQueue.ts";
import { importRecords } from "./importRecords.ts";
import { listAlerts } from "./listAlerts.ts";
import { listAppFields } from "./listAppFields.ts";
import { listAttachments } from "./listAttachments.ts";
import { listAudit } from "./listAudit.ts";
import { listDeliveries } from "./listDeliveries.ts";
import { listEvents } from "./listEvents.ts";
import { listGroups } from "./listGroups.ts";
import { listPersons } from "./listPersons.ts";
import { listMailAnswers } from "./listMailAnswers.ts";
import { listMailboxes } from "./listMailboxes.ts";
import { listMessages } from "./listMessages.ts";
import { listQueues } from "./listQueues.ts";
import { listRecords } from "./listRecords.ts";
import { listTaskEvents } from "./listTaskEvents.ts";
import { listTasks } from "./listTasks.ts";
import { listTicketEvents } from "./listTicketEvents.ts";
import { listTickets } from "./listTickets.ts";
import { listTicketStatuses } from "./listTicketStatuses.ts";
import { putGroup } from "./putGroup.ts";
import { putPerson } from "./putPerson.ts";
import { reassignTask } from "./reassignTask.ts";
import { receiveMail } from "./receiveMail.ts";
import { rejectSolution } from "./rejectSolution.ts";
import { releaseQueue } from "./releaseQueue.ts";
import { removeGroup } from "./removeGroup.ts";
import { removePerson } from "./removePerson.ts";
import { reopenTicket } from "./reopenTicket.ts";
import { retryAll } from "./retryAll.ts";
import { retryDelivery } from "./retryDelivery.ts";
import { retryQueue } from "./retryQueue.ts";
import { runMessage } from "./runMessage.ts";
import { testMapping } from "./testMapping.ts";
import { getCursor } from "./getCursor.ts";
import { getEvent } from "./getEvent.ts";
import { listCursors } from "./listCursors.ts";
import { moveCursor } from "./moveCursor.ts";
import { removeCursor } from "./removeCursor.ts";
import { streamEvents } from "./streamEvents.ts";

export const OPERATIONS: { readonly [Id in OperationId]: Operation<Id> } = {
  acknowledgeDelivery,
  acknowledgeQueue,
  acknowledgeTask,
  addAttachment,
  addMessage,
  addTicketMessage,
  applySite,
  assignTask,
  changeGroup,
  changePerson,
  changeTask,
  changeTicket,
  closeTask,
  createCredential,
  deleteCredential,
  getCredential,
  listCredentials,
  rotateCredential,
  closeTicket,
  createTask,
  createTicket,
  getAttachment,
  dismissMessage,
  dismissMessages,
  getCursor,
  getDelivery,
  getEvent,
  getGroup,
  getPerson,
  getMessage,
  getMessageMail,
  getMessageRaw,
  getSite,
  getTask,
  getTicket,
  holdQueue,
  importRecords,
  listAlerts,
  listAppFields,
  listAttachments,
  listAudit,
  listCursors,
  listDeliveries,
  listEvents,
  listGroups,
  listPersons,
  listMailAnswers,
  listMailboxes,
  listMessages,
  listQueues,
  listRecords,
  listTaskEvents,
  listTasks,
  moveCursor,
  listTicketEvents,
  listTickets,
  listTicketStatuses,
  putGroup,
  putPerson,
  reassignTask,
  receiveMail,
  rejectSolution,
  releaseQueue,
  removeCursor,
  removeGroup,
  removePerson,
  reopenTicket,
  retryAll,
  retryDelivery,
  retryQueue,
  runMessage,
  testMapping,
  streamEvents,
};
