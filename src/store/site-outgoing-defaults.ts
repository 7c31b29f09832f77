// Completes the Systems and mappings of a document: defaults filled in, secrets given, made or kept. It judges only what it needs.
import {
  type ApiDefinition,
  type Auth,
  DEFAULT_DELIVERY,
  type EmailApi,
  type FieldLimit,
  type Mapping,
  type RestApi,
  type SoapApi,
  type System,
  type Trigger,
} from "./outgoing.ts";
import {
  type AnswerDocument,
  type ApiDocument,
  type AuthDocument,
  type EmailDocument,
  type MappingDocument,
  type RestDocument,
  SECRET_WORDS,
  type SoapDocument,
  type SystemDocument,
  type TriggerDocument,
  type ValuesDocument,
} from "./site-outgoing-document.ts";
import { secretsUsed } from "./site-outgoing-places.ts";
import { wrong } from "./site-refusal.ts";

/** Secrets by name, in the clear. */
export type Secrets = Readonly<Record<string, string>>;

/** Systems and mappings of a document in full, with how the whole site would stand after it. */
export interface Outgoing {
  written: { systems: readonly System[]; mappings: readonly Mapping[] };
  /** Secrets just made, by the System's name: to be shown once. */
  made: ReadonlyMap<string, Secrets>;
  systems: ReadonlyMap<string, System>;
  mappings: ReadonlyMap<string, Mapping>;
  /** Names of what was there before and goes. */
  removed: { mappings: ReadonlySet<string> };
}

interface Parts {
  systems?: readonly SystemDocument[];
  mappings?: readonly MappingDocument[];
  remove?: { systems?: readonly string[]; mappings?: readonly string[] };
}

/** Completes what is written against what was there `before`. Throws `invalid_request` where there is nothing to take. */
export function completeOutgoing(
  { systems = [], mappings = [], remove = {} }: Parts,
  before: Pick<Outgoing, "systems" | "mappings">,
  make: () => string,
): Outgoing {
  const whole = systems.map((one) => completeSystem(one, before.systems.get(one.name), make));
  const after = without(new Map([...before.systems, ...byName(whole.map((one) => one.system))]), remove.systems);
  const written = mappings.map((one) => completeMapping(one, after.get(one.system)));
  return {
    written: { systems: whole.map((one) => one.system), mappings: written },
    made: new Map(whole.flatMap(({ system, made }) => (Object.keys(made).length > 0 ? [[system.name, made]] : []))),
    systems: after,
    mappings: without(new Map([...before.mappings, ...byName(written)]), remove.mappings),
    removed: { mappings: new Set((remove.mappings ?? []).filter((name) => before.mappings.has(name))) },
  };
}

function byName<T extends { name: string }>(things: readonly T[]): [string, T][] {
  return things.map((one) => [one.name, one]);
}

function without<T>(things: Map<string, T>, names: readonly string[] = []): Map<string, T> {
  for (const name of names) things.delete(name);
  return things;
}

function completeSystem(document: SystemDocument, before: System | undefined, make: () => string) {
  const apis = mapped(document.apis, completeApi);
  const { secrets, made } = takeSecrets({ document, present: before?.secrets ?? {}, apis, make });
  const system: System = {
    name: document.name,
    active: document.active ?? true,
    description: document.description ?? "",
    provider: document.provider ?? null,
    unrestricted: document.unrestricted ?? false,
    groups: document.groups ?? [],
    projects: document.projects ?? [],
    properties: document.properties ?? {},
    secrets,
    apis,
    values: mapped(document.values, pairs),
    limits: mapped(document.limits, completeLimit),
    delivery: { ...DEFAULT_DELIVERY, ...document.delivery },
  };
  return { system, made };
}

/** Each value of a table changed, the names as they are; a name such as `__proto__` stays a plain name. */
function mapped<T, U>(table: Readonly<Record<string, T>> | undefined, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(table ?? {}).map(([name, value]) => [name, change(value)]));
}

function pairs(table: ValuesDocument): System["values"][string] {
  return Array.isArray(table) ? table : Object.entries(table as Readonly<Record<string, string>>);
}

function completeLimit({ length, charset, beyond }: Partial<FieldLimit>): FieldLimit {
  return { length: length ?? null, charset: charset ?? "unicode", beyond: beyond ?? "cut" };
}

interface Taking {
  document: SystemDocument;
  present: Secrets;
  apis: Readonly<Record<string, ApiDefinition>>;
  make: () => string;
}

function takeSecrets({ document: { name, secrets }, present, apis, make }: Taking): { secrets: Secrets; made: Secrets } {
  if (secrets === undefined) return { secrets: present, made: {} };
  const used = Object.values(apis).flatMap(secretsUsed);
  const kept = used.filter((one) => !Object.hasOwn(secrets, one) && Object.hasOwn(present, one));
  const taken = new Map(kept.map((one) => [one, present[one] ?? ""]));
  const made = new Map<string, string>();
  for (const [key, given] of Object.entries(secrets)) {
    const before = Object.hasOwn(present, key) ? present[key] : undefined;
    if (given === SECRET_WORDS.make && before === undefined) made.set(key, make());
    const keeps = given === null || given === SECRET_WORDS.keep || given === SECRET_WORDS.make;
    const text = made.get(key) ?? (keeps ? before : given);
    if (text === undefined) wrong(`system ${name}`, `the secret ${key} has no value yet; write its text, or generate`);
    taken.set(key, text);
  }
  return { secrets: Object.fromEntries(taken), made: Object.fromEntries(made) };
}

function completeApi(api: ApiDocument): ApiDefinition {
  if (api.kind === "rest") return restApi(api);
  return api.kind === "soap" ? soapApi(api) : emailApi(api);
}

function restApi({ method = "POST", url, headers, body, success, auth, answer }: RestDocument): RestApi {
  return {
    kind: "rest",
    method,
    url,
    headers: headers ?? {},
    // A GET has no body to speak of (RFC 9110 section 9.3.1).
    body: body ?? (method === "GET" ? "none" : "json"),
    success: success ?? "200-299",
    auth: completeAuth(auth),
    answer: completeAnswer(answer),
  };
}

function soapApi({ wsdl, operation, url, version, headers, auth, answer }: SoapDocument): SoapApi {
  return {
    kind: "soap",
    wsdl,
    operation,
    url: url ?? null,
    version: version ?? "1.1",
    headers: headers ?? {},
    auth: completeAuth(auth),
    answer: completeAnswer(answer),
  };
}

/** Submission ports (RFC 8314 section 3.3); without TLS only this machine is spoken to, where 25 is usual. */
const MAIL_PORTS = { tls: 465, starttls: 587, none: 25 } as const;

function emailApi({ host, port, security = "tls", from, to, replyTo, auth, answer }: EmailDocument): EmailApi {
  return {
    kind: "email",
    host,
    port: port ?? MAIL_PORTS[security],
    security,
    from,
    to,
    replyTo: replyTo ?? null,
    auth: completeAuth(auth),
    answer: completeAnswer(answer),
  };
}

function completeAuth(auth: AuthDocument = { kind: "none" }): Auth {
  if (auth.kind === "oauth2") return { ...auth, scope: auth.scope ?? null };
  return auth.kind === "wsse" ? { ...auth, digest: auth.digest ?? false } : auth;
}

function completeAnswer({ reference, update }: AnswerDocument = {}): ApiDefinition["answer"] {
  return { reference: reference ?? null, update: update ?? null };
}

function completeMapping(mapping: MappingDocument, system: System | undefined): Mapping {
  const { name, active, description, trigger, condition, language, body } = mapping;
  return {
    name,
    active: active ?? true,
    description: description ?? "",
    system: mapping.system,
    api: mapping.api ?? onlyApi(name, system),
    trigger: trigger ? completeTrigger(trigger) : null,
    condition: condition ?? null,
    language: language ?? "jsonata",
    body: body ?? "",
  };
}

/** The one API definition of a System; a System that is not there is told of later. */
function onlyApi(mapping: string, system: System | undefined): string {
  const names = Object.keys(system?.apis ?? {});
  if (system && names.length !== 1) {
    const choice = names.length === 0 ? "which has none yet" : `which has ${names.join(", ")}`;
    wrong(`mapping ${mapping}`, `name the api of the System ${system.name}, ${choice}`);
  }
  return names[0] ?? "";
}

function completeTrigger({ requests, taskStatuses, ticketStatuses, fields, groups, alerts }: TriggerDocument): Trigger {
  return {
    requests: requests?.map(({ type, direction }) => ({ type, direction: direction ?? "Out" })) ?? null,
    taskStatuses: taskStatuses ?? null,
    ticketStatuses: ticketStatuses ?? null,
    fields: fields ?? null,
    groups: groups ?? null,
    alerts: alerts ?? null,
  };
}
