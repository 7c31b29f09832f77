// The demonstration: one provider, one integrated group, a ticket with three tasks, and three calls to paste. It exists only on
// an untouched start on this machine, and its credentials are refused on any request that came through a proxy.
import type { Door } from "./core/ports.ts";
import type { SiteChange, SiteDocument } from "./store/site-document.ts";

export const DEMO_PROVIDER = "demo-provider";

const GROUP = "demo-field-service";
const DESK = "demo-desk";
const PROVIDER_KEY = "demo-provider-key";
const SENDER = "support@provider.example";

export const DEMO_SITE: SiteDocument = {
  providers: [{ name: DEMO_PROVIDER, timeZone: "Europe/Berlin" }],
  groups: [{ name: "service-desk" }, { name: GROUP, provider: DEMO_PROVIDER, returnGroup: "service-desk" }],
  credentials: [
    { id: DESK, role: "ticketing", apiKey: "generate" },
    { id: PROVIDER_KEY, provider: DEMO_PROVIDER, apiKey: "generate" },
    { id: "demo-provider-mail", provider: DEMO_PROVIDER, email: SENDER },
  ],
  mailboxes: [{ name: "demo", trust: { kind: "sender" } }],
};

/** Opens the demonstration's ticket and its three tasks. */
export async function createDemoTasks(door: Door): Promise<void> {
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

/** The keys made for the demonstration, by credential. */
export function demoKeys(changes: readonly SiteChange[], administrator: string): DemoKeys {
  const secret = (id: string): string => changes.find((one) => one.name === id)?.secret ?? "";
  return { administrator, desk: secret(DESK), provider: secret(PROVIDER_KEY) };
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
