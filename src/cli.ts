// The command line: start the gateway, or apply a site file to it. Writes to a database that a gateway has open go through that gateway.
import { parseArgs } from "node:util";
import { applySite, type SiteChange, type SiteDocument } from "./app.ts";
import { createLog } from "./lib/log.ts";
import { readSettings, SETTINGS } from "./settings.ts";
import { readSiteFile } from "./site-file.ts";

interface Command {
  usage: string;
  run(args: string[]): Promise<void>;
}

const COMMANDS: Record<string, Command> = {
  start: {
    usage: `crossdesk start

Starts the gateway. Settings are read from the environment:

${SETTINGS.map(({ env, default: value, description }) => `  ${env}${value ? ` (${value})` : ""}\n      ${description}`).join("\n")}`,
    run: async () => void (await import("./main.ts")),
  },
  apply: {
    usage: `crossdesk apply -f FILE [--url URL --key KEY]

Applies a site file (YAML): providers, groups, credentials, mailboxes, systems,
mappings, alerts. What is left out stays as it is; a thing that is named is
written as a whole, and remove: takes things away by name. Prints what it
changed, with a warning where nothing will come of it; applying again changes
nothing. Keys and secrets it made are printed once. FILE may be - for standard
input.

  systems    who is told of events, and how each is reached (docs/outgoing.md)
  mappings   what leaves when something happens, and in which form
  alerts     when the desk is warned: long queues, dead letters, no reference,
             silent providers (docs/operating.md)

  -f, --file FILE   the site file
  --url URL         a running gateway, such as http://127.0.0.1:8080 (or CROSSDESK_URL);
                    without it the database of DATABASE_URL is written directly, which needs the gateway stopped on SQLite
  --key KEY         an administrator's API key for --url (or CROSSDESK_API_KEY, which keeps it off the process list)`,
    run: apply,
  },
};

const USAGE = `crossdesk COMMAND

  start    start the gateway
  apply    apply a site file

crossdesk COMMAND --help tells more.`;

const SINGULAR: Record<SiteChange["kind"], string> = {
  providers: "provider",
  groups: "group",
  credentials: "credential",
  mailboxes: "mailbox",
  systems: "System",
  mappings: "mapping",
  alerts: "alert",
};

async function apply(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { file: { type: "string", short: "f" }, url: { type: "string" }, key: { type: "string" } },
  });
  if (!values.file) throw new Error("Name the site file: crossdesk apply -f site.yaml");
  const document = readSiteFile(values.file);
  const url = values.url ?? process.env.CROSSDESK_URL;
  const changes = url
    ? await applyRemotely(url, values.key ?? process.env.CROSSDESK_API_KEY ?? "", document)
    : await applyDirectly(document);
  for (const { kind, name, change, secret, secrets, warnings = [] } of changes) {
    say(`${change} ${SINGULAR[kind]} ${name}`);
    if (secret) say(`  key, shown only now: ${secret}`);
    for (const [of, text] of Object.entries(secrets ?? {})) say(`  ${of}, shown only now: ${text}`);
    for (const warning of warnings) say(`  warning: ${warning}`);
  }
  say(changes.length === 0 ? "Nothing to change." : `${changes.length} changed.`);
}

async function applyRemotely(url: string, key: string, document: SiteDocument): Promise<readonly SiteChange[]> {
  if (key === "") throw new Error("Give an administrator's key with --key or CROSSDESK_API_KEY.");
  const answer = await fetch(new URL("/v1/site", url), {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify(document),
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await answer.json()) as { changes?: SiteChange[]; detail?: string; title?: string };
  if (!answer.ok) throw new Error(`The gateway answered ${answer.status}: ${body.detail ?? body.title ?? ""}`);
  return body.changes ?? [];
}

function applyDirectly(document: SiteDocument): Promise<readonly SiteChange[]> {
  const log = createLog("warn", (line) => process.stderr.write(`${line}\n`));
  return applySite({ settings: readSettings(process.env), log, onDeath: () => process.exit(1) }, document);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main([name, ...args]: string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name ?? ""] : undefined;
  if (!command) {
    say(USAGE);
    process.exitCode = name === undefined || name === "--help" || name === "-h" ? 0 : 2;
  } else if (args.includes("--help") || args.includes("-h")) say(command.usage);
  else await command.run(args);
}

process.umask(0o077);
await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
