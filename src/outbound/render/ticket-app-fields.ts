// The app fields of the ticket, a part of the one table.
import { type AppField, row } from "./app-field.ts";

export const TICKET_APP_FIELDS: readonly AppField[] = [
  row("Ticket_Number", "ticket.number", {
    label: "Ticket number",
    example: "S-2207",
    description: "Number of the ticket at the desk.",
    value: (event) => event.ticket?.number ?? null,
  }),
  row("Ticket_Subject", "ticket.subject", {
    label: "Subject",
    example: "Printer on floor 3",
    description: "Subject of the ticket.",
    value: (event) => event.ticket?.subject ?? null,
  }),
  row("Ticket_Description", "ticket.description", {
    label: "Description",
    example: "Every page has a grey stripe.",
    description: "Description of the ticket.",
    value: (event) => event.ticket?.description ?? null,
  }),
  row("Ticket_Priority", "ticket.priority", {
    label: "Priority",
    example: "High",
    description: "Priority of the ticket in the desk's words.",
    value: (event) => event.ticket?.priority ?? null,
  }),
  row("Ticket_Requester", "ticket.requester", {
    label: "Requester",
    example: "Ana Lima",
    description: "Who asked for help.",
    value: (event) => event.ticket?.requester ?? null,
  }),
  row("Ticket_Status", "ticket.status", {
    label: "Ticket status",
    example: "dispatched",
    description: "Status of the ticket, by its name in the site's list.",
    value: (event) => event.ticket?.status ?? null,
  }),
  row("Ticket_Engineer", "ticket.engineer.name", {
    label: "Engineer",
    example: "Ada Field",
    description: "Who comes, as the customer is shown it.",
    value: (event) => event.ticket?.engineer?.name ?? null,
  }),
  row("Ticket_EngineerPhone", "ticket.engineer.phone", {
    label: "Engineer phone",
    example: "+49 30 1234",
    description: "Phone of the engineer.",
    value: (event) => event.ticket?.engineer?.phone ?? null,
  }),
  row("Ticket_AppointmentFrom", "ticket.appointment.from", {
    label: "Appointment from",
    type: "dateTime",
    example: "2026-03-02T09:00:00+01:00",
    description: "Beginning of the appointment, with the customer's offset.",
    value: (event) => event.ticket?.appointment?.from ?? null,
  }),
  row("Ticket_AppointmentUntil", "ticket.appointment.until", {
    label: "Appointment until",
    type: "dateTime",
    example: "2026-03-02T11:00:00+01:00",
    description: "End of the appointment.",
    value: (event) => event.ticket?.appointment?.until ?? null,
  }),
  row("Ticket_Result", "ticket.result", {
    label: "Result",
    example: "Drum replaced, printer works.",
    description: "What came of the ticket.",
    value: (event) => event.ticket?.result ?? null,
  }),
];
