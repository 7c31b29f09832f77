// The sheet a partner is handed: where to call and how, with its own values. No secret is in it: keys stand as shell variables.
import { loadContracts } from "../inbound/soap/contract/folder.ts";
import type { Contract, Operation } from "../inbound/soap/contract/contract.ts";
import { samplesOf } from "../inbound/soap/pages/samples.ts";
import type { Settings } from "../settings.ts";
import { inspect } from "../store/dialect.ts";
import type { Reader } from "../store/db.ts";
import type { Credential, Site } from "../store/site.ts";
import { loadSite } from "../store/site-tables.ts";
import { contractsFolder } from "./contracts.ts";

/** What the sheet is made of. */
interface Parts {
  provider: string;
  /** Address partners use, without a slash at its end. */
  base: string;
  site: Site;
  groups: readonly string[];
  credentials: readonly Credential[];
  /** Number of a task of theirs, else a made-up one. */
  task: { number: string; real: boolean };
  contracts: readonly Contract[];
}

/** The sheet as Markdown. Throws when there is no such provider. */
export async function handoverSheet(settings: Settings, provider: string, address: string | null): Promise<string> {
  const database = await inspect(settings.databaseUrl);
  try {
    const site = await loadSite(database.reader);
    if (!site.providers.has(provider)) {
      const names = [...site.providers.keys()].join(", ") || "none";
      throw new Error(`There is no provider ${provider}. There are: ${names}.`);
    }
    const base = (address ?? (settings.publicUrl || `http://${settings.host}:${settings.port}`)).replace(/\/+$/, "");
    return sheet({
      ...{ provider, base, site },
      groups: [...site.groups.values()].filter((one) => one.provider === provider).map(({ name }) => name),
      credentials: [...site.credentials.values()].filter(
        ({ holder }) => holder.kind === "provider" && holder.provider === provider,
      ),
      task: await exampleTask(database.reader, provider, settings.taskFormat),
      contracts: loadContracts(contractsFolder(settings), settings.soapNamespace),
    });
  } finally {
    await database.close();
  }
}

async function exampleTask(reader: Reader, provider: string, format: string): Promise<Parts["task"]> {
  const sql = "select number from tasks where provider = ? and status <> 'closed' order by id desc limit 1";
  const [row] = await reader.all<{ number: string }>(sql, [provider]);
  return row ? { number: row.number, real: true } : { number: format.replace("{n}", "1"), real: false };
}

function sheet(parts: Parts): string {
  const sections = [head, credentials, soap, rest, mail, outgoing].map((section) => section(parts)).filter((one) => one !== "");
  return sections.join("\n\n");
}

function head({ provider, groups, task, base, site }: Parts): string {
  const zone = site.providers.get(provider)?.timeZone ?? "UTC";
  return [
    `# ${provider}: how to exchange tasks with us`,
    "",
    `- Address: ${base}`,
    `- Tasks come to you in: ${groups.join(", ") || "no group yet"}`,
    `- Times without an offset are read in ${zone}`,
    task.real
      ? `- The samples name task ${task.number}, which is with you now`
      : `- The samples name task ${task.number}: no task is with you yet, put a real number in its place`,
  ].join("\n");
}

const KIND: Readonly<Record<Credential["kind"], string>> = {
  api_key: "API key, in the header `X-API-Key`",
  basic: "HTTP Basic",
  username_token: "WS-Security UsernameToken",
  shared_secret: "shared secret among the arguments of the SOAP call",
  network: "by the network it comes from",
  email: "by the sender of the mail",
  system: "",
};

function credentials({ credentials }: Parts): string {
  const rows = credentials
    .filter(({ kind }) => kind !== "system")
    .map((one) => `- \`${one.id}\`: ${KIND[one.kind]}${detail(one)}`);
  const text = rows.length > 0 ? rows.join("\n") : "None yet: we have to set one up before you can call.";
  return `## Your credentials\n\n${text}\n\nKeys and passwords were handed to you separately. The samples take them from shell variables.`;
}

function detail(credential: Credential): string {
  if ("user" in credential) return `, user \`${credential.user}\``;
  if ("sender" in credential) return `, \`${credential.sender}\``;
  return "networks" in credential ? ` ${credential.networks.join(", ")}` : "";
}

/** How curl shows who calls, by the first credential that can be shown so. */
function shown({ credentials }: Parts): string | null {
  if (credentials.some(({ kind }) => kind === "api_key")) return `-H "X-API-Key: $CROSSDESK_KEY"`;
  const basic = credentials.find((one) => one.kind === "basic");
  if (basic) return `-u "${basic.user}:$CROSSDESK_PASSWORD"`;
  return credentials.some(({ kind }) => kind === "network") ? "" : null;
}

function soap(parts: Parts): string {
  return parts.contracts
    .map((contract) => {
      const calls = contract.operations.map((operation) => soapCall(parts, contract, operation));
      const intro = `WSDL: ${parts.base}${contract.path}?WSDL\nPages with a form for each operation: ${parts.base}${contract.path}`;
      return [`## SOAP: ${contract.name}`, intro, ...calls].join("\n\n");
    })
    .join("\n\n");
}

function soapCall(parts: Parts, contract: Contract, operation: Operation): string {
  const host = new URL(parts.base).host;
  const [sample] = samplesOf({ contract, operation, host, path: contract.path });
  const body = (sample?.request ?? "").split("\n\n").slice(1).join("\n\n");
  const filled = body.replace(/<([\w.-]+)>([^<>]*)<\/\1>/g, (whole, name: string, placeholder: string) => {
    const value = valueFor(name, parts);
    return value === null ? whole : `<${name}>${value === "" ? placeholder : value}</${name}>`;
  });
  const credential = shown(parts);
  const curl = [
    `curl -sS ${parts.base}${contract.path} \\`,
    ...(credential ? [`  ${credential} \\`] : []),
    `  -H "Content-Type: text/xml; charset=utf-8" -H 'SOAPAction: "${operation.action}"' --data-binary @- <<'XML'`,
    filled,
    "XML",
  ];
  return [`### ${operation.name}`, "```sh", ...curl, "```"].join("\n").replace("\n```sh", "\n\n```sh");
}

/** Values by what an element is called, whatever the contract; null leaves the place-holder. */
function valueFor(name: string, { task }: Parts): string | null {
  const values: readonly (readonly [RegExp, string])[] = [
    [/reference/i, "YOUR-1"],
    [/task|process/i, task.number],
    [/solution/i, "What was done"],
    [/resolved|time|date/i, "2026-01-31T12:00:00Z"],
    [/closed/i, "false"],
    [/message|text|comment/i, "We are on it."],
  ];
  return values.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

function rest(parts: Parts): string {
  const credential = shown(parts);
  if (credential === null) return "";
  const at = `${parts.base}/v1/tasks/${encodeURIComponent(parts.task.number)}`;
  const call = (path: string, json?: object): string =>
    [
      ...["```sh", `curl -sS ${json === undefined ? "" : "-X POST "}"${path}" ${credential}${json === undefined ? "" : " \\"}`],
      ...(json === undefined
        ? []
        : [`  -H "Content-Type: application/json" -H "Idempotency-Key: $(date +%s%N)" \\`, `  -d '${JSON.stringify(json)}'`]),
      "```",
    ].join("\n");
  return [
    "## REST",
    `Reference of all calls: ${parts.base}/openapi.yaml`,
    `Your tasks:\n\n${call(`${parts.base}/v1/tasks`)}`,
    `You have it, under your number:\n\n${call(`${at}/acknowledgement`, { externalReference: "YOUR-1", message: "We are on it." })}`,
    `A message:\n\n${call(`${at}/messages`, { message: "The part has been ordered." })}`,
    `Solved:\n\n${call(`${at}/reassignment`, { outcome: "solved", solution: "What was done" })}`,
  ].join("\n\n");
}

function mail({ site, credentials, task }: Parts): string {
  const senders = credentials.flatMap((one) => (one.kind === "email" ? [one.sender] : []));
  const boxes = [...site.mailboxes.values()].filter(({ host }) => host !== null);
  if (senders.length === 0 || boxes.length === 0) return "";
  return boxes
    .map(({ name, user, tagFormat }) => {
      const format = typeof tagFormat === "string" ? tagFormat : (tagFormat[0] ?? "");
      const tag = (label: string, value: string): string =>
        format.replace("LABEL", () => label).replace(/\[\[Value\]\]|Value/, () => value);
      const sample = (lines: readonly string[]): string =>
        ["```", `To: ${user}`, `Subject: ${task.number}`, "", ...lines, "```"].join("\n");
      return [
        `## Mail: ${name}`,
        `Write to ${user} from ${senders.join(" or ")}, with the task's number in the subject.`,
        `You have it, under your number:\n\n${sample([tag("ExternalReference", "YOUR-1"), "", "We are on it."])}`,
        `Solved:\n\n${sample([tag("Solution", "What was done")])}`,
      ].join("\n\n");
    })
    .join("\n\n");
}

function outgoing({ site, provider }: Parts): string {
  const own = [...site.systems.values()].filter((one) => one.provider === provider);
  if (own.length === 0) return "";
  const rows = own.flatMap(({ name, active, apis }) =>
    Object.entries(apis).map(([api, of]) => {
      const place = "url" in of ? String(of.url) : "to" in of ? String(of.to) : "";
      return `- ${name} ${api}: ${of.kind}${place === "" ? "" : `, ${place}`}${active ? "" : " (not active)"}`;
    }),
  );
  return `## How we call you\n\n${rows.join("\n")}`;
}
