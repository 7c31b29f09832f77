// The demonstration: one provider, one integrated group, a ticket with three tasks, and three calls to paste. It exists only on
// an untouched start on this machine, and its credentials are refused on any request that came through a proxy.
import type { Door } from "./core/ports.ts";
import { makeApiKey, type NewApiKey } from "./lib/credentials.ts";
import type { SiteDocument } from "./store/site-document.ts";
import type { Views } from "./store/views/types.ts";

const PROVIDER = "demo-provider";
const GROUP = "demo-field-service";
const DESK = "demo-desk";
const PROVIDER_KEY = "demo-provider-key";
const PROVIDER_MAIL = "demo-provider-mail";
const SENDER = "support@provider.example";

export const DEMO_ADMINISTRATOR = "demo-administrator";
export const DEMO_MAILBOX = "demo";
export const DEMO_CREDENTIALS: readonly string[] = [DEMO_ADMINISTRATOR, DESK, PROVIDER_KEY, PROVIDER_MAIL];

/** The demonstration's site, with keys just made. */
export function demoSite(): { site: SiteDocument; keys: DemoKeys } {
  const [administrator, desk, provider] = [DEMO_ADMINISTRATOR, DESK, PROVIDER_KEY].map((id) => makeApiKey(id)) as [
    NewApiKey,
    NewApiKey,
    NewApiKey,
  ];
  const site: SiteDocument = {
    providers: [{ name: PROVIDER, timeZone: "Europe/Berlin" }],
    groups: [{ name: "service-desk" }, { name: GROUP, provider: PROVIDER, returnGroup: "service-desk" }],
    credentials: [
      { id: administrator.id, role: "administrator", apiKey: { hash: administrator.hash } },
      { id: desk.id, role: "ticketing", apiKey: { hash: desk.hash } },
      { id: provider.id, provider: PROVIDER, apiKey: { hash: provider.hash } },
      { id: PROVIDER_MAIL, provider: PROVIDER, email: SENDER },
    ],
    mailboxes: [{ name: DEMO_MAILBOX, trust: { kind: "sender" } }],
  };
  return { site, keys: { administrator: administrator.key, desk: desk.key, provider: provider.key } };
}

/** Opens the demonstration's ticket and its three tasks, unless they are there. */
export async function createDemoTasks(door: Door, views: Views): Promise<void> {
  if (await views.ticket("TKT-1000")) return;
  const caller = { kind: "ticketing", credential: DESK } as const;
  const ticket = {
    type: "create_ticket",
    number: "TKT-1000",
    fields: { subject: "Branch office is offline", priority: "High" },
  } as const;
  const subjects = ["Replace the router", "Check the uplink", "Report back to the branch"];
  const tasks = subjects.map(
    (subject, index) =>
      ({ type: "create_task", ticket: "TKT-1000", number: `TSK-100${index + 1}`, group: GROUP, fields: { subject } }) as const,
  );
  const outcome = await door.execute({ caller, channel: "rest", commands: [ticket, ...tasks] });
  if (outcome.status === "refused") throw new Error(`the demonstration could not be set up: ${outcome.refusal.code}`);
}

export interface DemoKeys {
  administrator: string;
  desk: string;
  provider: string;
}

/** Three calls, one for each channel, and the feed that shows what they led to; ready to paste into a shell. */
export function demoCalls(url: string, keys: DemoKeys): string {
  return `Try it: paste these into another shell.

# 1. The provider acknowledges a task over SOAP
curl -s ${url}/Workflow/Webservice/WorkflowService.asmx \\
  -H 'X-API-Key: ${keys.provider}' \\
  -H 'Content-Type: text/xml; charset=utf-8' \\
  -H 'SOAPAction: "http://tempuri.org/ProcessInstanceTaskExternalAcknowledgement"' \\
  -d '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><ProcessInstanceTaskExternalAcknowledgement xmlns="http://tempuri.org/"><taskId>TSK-1001</taskId><externalReference>INC0042</externalReference></ProcessInstanceTaskExternalAcknowledgement></soap:Body></soap:Envelope>'

# 2. It adds a message over REST
curl -s ${url}/v1/tasks/TSK-1001/messages \\
  -H 'X-API-Key: ${keys.provider}' \\
  -H 'Content-Type: application/json' \\
  -d '{"message": "The engineer is on the way."}'

# 3. It solves the task by email (handed in over HTTP here; mailboxes are read over IMAP)
curl -s ${url}/v1/mailboxes/demo/mails \\
  -H 'X-API-Key: ${keys.administrator}' \\
  -H 'Content-Type: message/rfc822' \\
  --data-binary @- <<'MAIL'
From: ${SENDER}
To: desk@crossdesk.example
Subject: Task TSK-1001
Message-ID: <first-solution@provider.example>

[[TaskId]]: TSK-1001
[[Solution]]: Router replaced, the branch is online again.
MAIL

# See what ticketing was told
curl -s '${url}/v1/events?after=0' -H 'X-API-Key: ${keys.desk}'
`;
}
