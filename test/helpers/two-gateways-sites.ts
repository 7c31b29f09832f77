// The sites of the story of two gateways: the customer's desk, which hands tasks to the provider b over REST, and b, which
// tells the customer over SOAP what its own field team says.
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { MappingDocument, SystemDocument } from "../../src/store/site-outgoing-document.ts";

/** Where a partner is reached, and with which key. */
export interface Access {
  url: string;
  key: string;
}

/** What both sides need before either knows the other: providers, groups, and keys for the one that will call. */
export const DESK_BEFORE: SiteDocument = {
  providers: [{ name: "b" }],
  groups: [{ name: "b-field", provider: "b", returnGroup: "service-desk" }],
  credentials: [{ id: "b", provider: "b", apiKey: "generate" }],
};
export const PROVIDER_BEFORE: SiteDocument = {
  providers: [{ name: "field-team" }],
  groups: [{ name: "b-desk" }, { name: "field-team", provider: "field-team", returnGroup: "b-desk" }],
  credentials: [
    { id: "field-team", provider: "field-team", apiKey: "generate" },
    { id: "customer-a", role: "ticketing", apiKey: "generate" },
  ],
};

const json = (path: string) => ({ kind: "rest", url: `\${prop:base}${path}`, auth: KEY }) as const;
const data = (place: string): string => `\${data:${place}}`;
const KEY = { kind: "apiKey", header: "X-API-Key", key: "key" } as const;

/** The desk's way to b: one API definition for each call b offers, one mapping for each of them. */
function reachB({ url, key }: Access): { system: SystemDocument; mappings: MappingDocument[] } {
  const system: SystemDocument = {
    name: "b",
    provider: "b",
    groups: ["b-field"],
    properties: { base: url },
    secrets: { key },
    apis: {
      // A second task of the same ticket finds it there already.
      ticket: { ...json("/v1/tickets"), success: "200-299,409" },
      task: { ...json(`/v1/tickets/A-${data("ticket.number")}/tasks`), answer: { reference: "body.task.number" } },
      assignment: json(`/v1/tasks/${data("task.reference")}/assignment`),
      message: json(`/v1/tasks/${data("task.reference")}/messages`),
      rejection: json(`/v1/tasks/${data("task.reference")}/solution-rejection`),
      closure: json(`/v1/tasks/${data("task.reference")}/closure`),
    },
    values: { priority: { High: "1", Low: "3" } },
  };
  const on = (type: string) => ({ requests: [{ type }], groups: ["b-field"] });
  const first = { trigger: on("Submit Request"), condition: "task.reference = null" };
  const mappings: MappingDocument[] = [
    {
      ...{ name: "b-1-ticket", system: "b", api: "ticket", ...first },
      body: '{ "number": "A-" & ticket.number, "subject": ticket.subject, "requester": ticket.requester, "priority": $theirs("priority", ticket.priority) }',
    },
    {
      ...{ name: "b-2-task", system: "b", api: "task", ...first },
      body: '{ "group": "field-team", "subject": task.subject, "description": task.description, "custom": { "customerTask": task.number } }',
    },
    {
      ...{ name: "b-again", system: "b", api: "assignment", trigger: on("Submit Request") },
      ...{ condition: "task.reference != null", body: '{ "group": "field-team" }' },
    },
    {
      ...{ name: "b-message", system: "b", api: "message", trigger: on("Update") },
      body: '{ "message": message, "visibility": "provider" }',
    },
    {
      ...{ name: "b-rejection", system: "b", api: "rejection", trigger: on("Resolution Rejection") },
      body: '{ "reason": event.reason }',
    },
    { ...{ name: "b-closure", system: "b", api: "closure", trigger: on("Closed") }, body: '{ "reason": event.reason }' },
  ];
  return { system, mappings };
}

/** One mapping for all three processes, which tells every event apart by request type and direction. */
const JOURNAL_BODY = `(
  $kinds := {
    "Submit Request": task.reference = null ? "new" : "again",
    "Update": "update",
    "Resolution Rejection": "declined",
    "Closed": event.reason = "withdrawn" ? "withdrawn" : "closed"
  };
  {
    "kind": event.direction = "Out" ? $lookup($kinds, event.requestType) : $error("nothing that comes in starts a process"),
    "task": task.number,
    "says": message ? message : event.reason
  }
)`;

/** The customer's desk. `journal` is an application of its own that is told of everything that leaves. */
export function deskSite(b: Access, journal: string): SiteDocument {
  const { system, mappings } = reachB(b);
  return {
    systems: [system, { name: "journal", groups: ["b-field"], apis: { log: { kind: "rest", url: journal } } }],
    // Written in another order than that of their names, in which they act.
    mappings: [...mappings.toReversed(), { name: "b-all", system: "journal", body: JOURNAL_BODY }],
    groups: [
      {
        ...{ name: "b-field", provider: "b", returnGroup: "service-desk" },
        processes: { newAssignment: "b-all", updateMessage: "b-all", closure: "b-all" },
      },
    ],
  };
}

const SERVICE = "/Workflow/Webservice/WorkflowService.asmx";

/** The provider b. What its field team says goes to the customer; the task's number there stands in a custom field. */
export function providerSite({ url, key }: Access): SiteDocument {
  const soap = (operation: string) =>
    ({ kind: "soap", wsdl: "WorkflowService.wsdl", operation, url: `\${prop:base}${SERVICE}`, auth: KEY }) as const;
  const system: SystemDocument = {
    name: "customer-a",
    groups: ["field-team", "b-desk"],
    properties: { base: url },
    secrets: { key },
    apis: {
      acknowledgement: soap("ProcessInstanceTaskExternalAcknowledgement"),
      update: soap("ProcessInstanceTaskExternalUpdateMessage"),
      reassignment: soap("ProcessInstanceTaskExternalReassignment"),
      // The operations of the SOAP service have no word for a task that is given back unsolved.
      return: json(`/v1/tasks/${data("task.custom.customerTask")}/reassignment`),
    },
  };
  const on = (type: string) => ({ requests: [{ type, direction: "In" as const }] });
  const words = '{ "taskId": task.custom.customerTask, "externalReference": task.number, "message": message }';
  const mappings: MappingDocument[] = [
    { name: "a-acknowledged", system: "customer-a", api: "acknowledgement", trigger: on("Acknowledged"), body: words },
    { name: "a-update", system: "customer-a", api: "update", trigger: on("Update"), body: words },
    {
      ...{ name: "a-ready", system: "customer-a", api: "reassignment", trigger: on("Reassigned") },
      condition: 'event.type != "task.returned"',
      body: '{ "taskId": task.custom.customerTask, "externalReference": task.number, "solution": task.solution, "resolvedAt": task.resolvedAt, "closed": event.closedByProvider }',
    },
    {
      ...{ name: "a-returned", system: "customer-a", api: "return", trigger: on("Reassigned") },
      condition: 'event.type = "task.returned"',
      body: '{ "outcome": "returned", "reason": event.reason }',
    },
  ];
  return { systems: [system], mappings };
}
