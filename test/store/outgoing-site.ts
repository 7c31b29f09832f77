// A System with every kind of API and mappings on it, for tests of the site. It speaks of STORE_SITE's providers and groups.
import type { MappingDocument, SystemDocument } from "../../src/store/site-outgoing-document.ts";

/** A place-holder such as `secret:NAME` in its braces. */
export const place = (name: string): string => `\u0024{${name}}`;

/** A key of Standard Webhooks with so many bytes. */
export const signingKey = (bytes: number): string => `whsec_${Buffer.alloc(bytes, "k").toString("base64")}`;

export const CRM_PASSWORD = "correct horse battery";
export const CRM_KEY = signingKey(32);

export const CRM: SystemDocument = {
  name: "crm",
  provider: "acme",
  groups: ["acme-field"],
  projects: ["north"],
  properties: { HOST: "crm.example", tenant: "7" },
  secrets: { PASSWORD: CRM_PASSWORD, KEY: CRM_KEY, FRESH: "generate", TOKEN: "a token of the crm" },
  apis: {
    hook: {
      kind: "rest",
      url: `https://${place("prop:HOST")}/hook/${place("secret:TOKEN")}?task=${place("data:task.number")}`,
      headers: { "X-Tenant": `${place("prop:tenant")}`, authorization: `Bearer ${place("secret:TOKEN")}` },
      success: "200-299, 409",
      auth: { kind: "standardWebhooks", keys: ["KEY", "FRESH"] },
      answer: { reference: "body.number", update: null },
    },
    old: {
      kind: "soap",
      wsdl: "WorkflowService.wsdl",
      operation: "ProcessInstanceTaskExternalUpdateMessage",
      auth: { kind: "wsse", user: "crossdesk", password: "PASSWORD" },
    },
    mail: {
      kind: "email",
      host: "smtp.example",
      from: "Desk <desk@example.com>",
      to: ["noc@acme.example"],
      replyTo: "desk+token@example.com",
      auth: { kind: "basic", user: "desk", password: "PASSWORD" },
    },
    token: {
      kind: "rest",
      method: "GET",
      url: "http://127.0.0.1:8080/ping",
      auth: { kind: "oauth2", tokenUrl: "https://id.example/token", clientId: "crossdesk", clientSecret: "PASSWORD" },
    },
  },
  values: {
    priority: { high: "1", low: "3" },
    status: [["assigned", "New"]],
  },
  limits: { short: { length: 40 }, "ticket.text": { charset: "latin1", beyond: "refuse" } },
  delivery: { inFlight: 2, retryAfterSeconds: [1, 60] },
};

/** The same without a provider, whose word an answer would be. */
export const NOBODYS: SystemDocument = {
  ...CRM,
  provider: null,
  apis: { ...CRM.apis, hook: { kind: "rest", url: "https://crm.example/hook" } },
};

/** The first is the process that the group `acme-field` names for a new assignment in later tests. */
export const CRM_MAPPINGS: readonly MappingDocument[] = [
  {
    name: "crm-new",
    system: "crm",
    api: "hook",
    trigger: { requests: [{ type: "Submit Request" }] },
    condition: "task.priority = 'high'",
    body: '{ "number": task.number }',
  },
  {
    name: "crm-mail",
    system: "crm",
    api: "mail",
    language: "liquid",
    trigger: { requests: [{ type: "Update", direction: "In" }], fields: ["priority", "custom"], groups: ["acme-field"] },
    body: "Task {{ task.number }}",
  },
  { name: "crm-ping", system: "crm", api: "token", trigger: { taskStatuses: ["closed"], ticketStatuses: ["open"] } },
];
