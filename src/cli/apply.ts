// `crossdesk apply`: a site file to a running gateway, or straight to the database of one that is stopped.
import type { SiteChange } from "../app.ts";
import { type Call, type CliCommand, textOf, WrongUsage } from "./command.ts";
import { directly } from "./direct.ts";
import { GATEWAY_OPTIONS, gatewayOf } from "./gateway.ts";

const TEXT = `
Applies a site file (YAML): providers, groups, credentials, mailboxes, systems,
mappings, alerts, ticketStatuses, persons, issuers. What is left out stays as it
is; a thing that is named is written as a whole, and remove: takes things away by
name. Prints what it changed, with a warning where nothing will come of it;
applying again changes nothing. Keys and secrets it made are printed once. FILE
may be - for standard input.

  systems    who is told of events, and how each is reached (docs/outgoing.md)
  mappings   what leaves when something happens, and in which form
  alerts     when the desk is warned: long queues, dead letters, no reference,
             silent providers (docs/operating.md)

Without --url the database of DATABASE_URL is written directly, which needs the
gateway stopped on SQLite.`;

export const apply: CliCommand = {
  summary: "apply a site file: providers, groups, credentials, Systems, mappings",
  line: "apply -f FILE [--url URL --key KEY]",
  text: TEXT,
  options: { file: { type: "string", short: "f", value: "FILE", says: "the site file" }, ...GATEWAY_OPTIONS },
  async run(call) {
    const file = textOf(call, "file");
    if (!file) throw new WrongUsage("Name the site file: crossdesk apply -f site.yaml");
    const { readSiteFile } = await import("../site-file.ts");
    const document = readSiteFile(file);
    const gateway = gatewayOf(call);
    const changes = gateway
      ? (await gateway.call<{ changes: SiteChange[] }>("POST", "/v1/site", document)).changes
      : await directly(call, ({ store }) => store.admin.apply(document));
    await show(changes, call);
  },
};

const SINGULAR: Record<SiteChange["kind"], string> = {
  providers: "provider",
  groups: "group",
  credentials: "credential",
  mailboxes: "mailbox",
  systems: "System",
  mappings: "mapping",
  alerts: "alert",
  ticketStatuses: "ticket statuses",
  persons: "person",
  issuers: "issuer",
};

async function show(changes: readonly SiteChange[], { print }: Call): Promise<void> {
  for (const { kind, name, change, secret, secrets, warnings = [] } of changes) {
    await print(`${change} ${SINGULAR[kind]} ${name}`);
    if (secret) await print(`  key, shown only now: ${secret}`);
    for (const [of, text] of Object.entries(secrets ?? {})) await print(`  ${of}, shown only now: ${text}`);
    for (const warning of warnings) await print(`  warning: ${warning}`);
  }
  await print(changes.length === 0 ? "Nothing to change." : `${changes.length} changed.`);
}
