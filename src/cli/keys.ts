// `crossdesk keys`: lists, makes, rotates and revokes credentials, through a running gateway or straight in the database of one that
// is stopped. It prints a new key once, and no other secret.
import type { Direct } from "../app/direct.ts";
import { COMMAND_LINE } from "../lib/by.ts";
import { type Call, type CliCommand, textOf, WrongUsage } from "./command.ts";
import { directly } from "./direct.ts";
import { GATEWAY_OPTIONS, type Gateway, gatewayOf } from "./gateway.ts";

const TEXT = `
  crossdesk keys list
  crossdesk keys create ID (--provider NAME | --role ROLE) [--scopes LIST] [--expires TIME]
  crossdesk keys rotate ID [--until TIME]
  crossdesk keys revoke ID

create makes an API key and prints it once. rotate makes its successor, printed
once; the keys there are let in until --until, a day from now when it is left
out, so that the new one can be put in place meanwhile. revoke takes any
credential away at once.

Without --url the database of DATABASE_URL is changed directly, which needs the
gateway stopped on SQLite. Every change stands in the audit log.`;

export const keys: CliCommand = {
  summary: "list, make, rotate and revoke credentials",
  line: "keys list|create|rotate|revoke [ID] [--url URL --key KEY]",
  text: TEXT,
  options: {
    provider: { type: "string", value: "NAME", says: "whose it is" },
    role: { type: "string", value: "ROLE", says: "ticketing or administrator, where it is no provider's" },
    scopes: {
      type: "string",
      value: "LIST",
      says: "what it is for, with commas between, such as tasks:read,tasks:write;\nall its holder may do when left out",
    },
    expires: { type: "string", value: "TIME", says: "it lets in until then, such as 2027-01-31T00:00:00Z" },
    until: { type: "string", value: "TIME", says: "when the keys there are end" },
    ...GATEWAY_OPTIONS,
  },
  words: { least: 1, most: 2 },
  async run(call) {
    const [deed = "", id] = call.words;
    const run = Object.hasOwn(DEEDS, deed) ? DEEDS[deed] : undefined;
    if (run === undefined) throw new WrongUsage(`keys can list, create, rotate and revoke, not "${deed}".`);
    if (deed !== "list" && id === undefined) throw new WrongUsage(`Name the credential: crossdesk keys ${deed} ID`);
    if (deed === "list" && id !== undefined) throw new WrongUsage("crossdesk keys list takes no id.");
    const gateway = gatewayOf(call);
    if (gateway) await run(call, throughGateway(gateway), id ?? "");
    else await directly(call, ({ store }) => run(call, inDatabase(store), id ?? ""));
  },
};

type Store = Direct["store"];
type CredentialDocument = Parameters<Store["admin"]["create"]>[0];

interface Shown {
  id: string;
  kind: string;
  provider: string | null;
  role: string | null;
  scopes: readonly string[] | null;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** The two ways to credentials. Each rejects with what went wrong. */
interface Desk {
  list(): Promise<Shown[]>;
  create(document: CredentialDocument): Promise<string | null>;
  rotate(id: string, until: string | undefined): Promise<string>;
  revoke(id: string): Promise<void>;
}

const DEEDS: Readonly<Record<string, (call: Call, desk: Desk, id: string) => Promise<void>>> = {
  async list({ print }, desk) {
    for (const one of await desk.list()) await print(lineOf(one));
  },
  async create(call, desk, id) {
    const [provider, role, scopes, expires] = ["provider", "role", "scopes", "expires"].map((name) => textOf(call, name));
    if ((provider === undefined) === (role === undefined)) throw new WrongUsage("Give either --provider or --role.");
    if (role !== undefined && role !== "ticketing" && role !== "administrator")
      throw new WrongUsage("--role is ticketing or administrator.");
    if (expires !== undefined && Date.parse(expires) <= Date.now())
      throw new WrongUsage("--expires is over already: the key would let nobody in.");
    const secret = await desk.create({
      ...{ id, apiKey: "generate" },
      ...(provider === undefined ? {} : { provider }),
      ...(role === undefined ? {} : { role }),
      ...(scopes === undefined ? {} : { scopes: scopes.split(",").map((one) => one.trim()) }),
      ...(expires === undefined ? {} : { expiresAt: timeOf("expires", expires) }),
    });
    await call.print(`created ${id}\n  key, shown only now: ${secret ?? ""}`);
  },
  async rotate(call, desk, id) {
    const until = textOf(call, "until");
    const secret = await desk.rotate(id, until === undefined ? undefined : timeOf("until", until));
    await call.print(`rotated ${id}\n  key, shown only now: ${secret}`);
  },
  async revoke({ print }, desk, id) {
    await desk.revoke(id);
    await print(`revoked ${id}`);
  },
};

function timeOf(option: string, text: string): string {
  if (!Number.isFinite(Date.parse(text))) throw new WrongUsage(`--${option} takes a time such as 2027-01-31T00:00:00Z.`);
  return new Date(text).toISOString();
}

function lineOf({ id, kind, provider, role, scopes, expiresAt, lastUsedAt }: Shown): string {
  const parts = [
    ...[id, kind, provider === null ? (role ?? "") : `provider ${provider}`],
    ...[scopes === null ? "all" : scopes.join(","), `until ${expiresAt ?? "ever"}`, `last used ${lastUsedAt ?? "never"}`],
  ];
  return parts.join("  ");
}

function throughGateway(gateway: Gateway): Desk {
  const at = (id: string): string => `/v1/credentials/${encodeURIComponent(id)}`;
  return {
    async list() {
      const found: Shown[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const query: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
        const page: { credentials: Shown[]; next: string | null } = await gateway.call(
          "GET",
          `/v1/credentials?limit=200${query}`,
        );
        found.push(...page.credentials);
        after = page.next;
      }
      return found;
    },
    create: async (document) => (await gateway.call<{ secret: string | null }>("POST", "/v1/credentials", document)).secret,
    rotate: async (id, until) => {
      const wish = until === undefined ? {} : { previousEndsAt: until };
      return (await gateway.call<{ secret: string }>("POST", `${at(id)}/rotations`, wish)).secret;
    },
    revoke: async (id) => void (await gateway.call("DELETE", at(id))),
  };
}

const DAY_MS = 24 * 60 * 60_000;

function inDatabase({ admin, uses, site }: Store): Desk {
  const text = (at: number | null | undefined): string | null =>
    at === null || at === undefined ? null : new Date(at).toISOString();
  return {
    async list() {
      const used = await uses.read();
      return [...site().credentials.values()]
        .filter(({ kind }) => kind !== "system")
        .map(({ id, kind, holder, limits }) => ({
          ...{ id, kind, scopes: limits?.scopes ?? null, expiresAt: text(limits?.expiresAt), lastUsedAt: text(used.get(id)) },
          provider: holder.kind === "provider" ? holder.provider : null,
          role: holder.kind === "provider" ? null : holder.kind,
        }));
    },
    create: async (document) => (await admin.create(document, COMMAND_LINE)).secret ?? null,
    rotate: async (id, until) => {
      const previousEndAt = until === undefined ? Date.now() + DAY_MS : Date.parse(until);
      return (await admin.rotate(id, { previousEndAt }, COMMAND_LINE)).secret;
    },
    revoke: (id) => admin.remove(id, COMMAND_LINE),
  };
}
