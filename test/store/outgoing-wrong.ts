// Systems and mappings that must be refused, each with what its message must say. They stand beside STORE_SITE and the crm.
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { ApiDocument, MappingDocument, RestDocument, SystemDocument } from "../../src/store/site-outgoing-document.ts";
import { CRM, CRM_MAPPINGS, NOBODYS, place, signingKey } from "./outgoing-site.ts";

type Wrong = readonly [what: string, document: SiteDocument, says: RegExp];

const REST: RestDocument = { kind: "rest", url: "https://x.example/" };

function system(what: string, changes: Partial<SystemDocument>, says: RegExp): Wrong {
  return [what, { systems: [{ name: "x", ...changes }] }, says];
}

function api(what: string, definition: ApiDocument, says: RegExp): Wrong {
  return system(what, { secrets: { S: "secret text" }, properties: { P: "p.example" }, apis: { a: definition } }, says);
}

const rest = (what: string, changes: Partial<RestDocument>, says: RegExp) => api(what, { ...REST, ...changes }, says);

function mapping(what: string, changes: Partial<MappingDocument>, says: RegExp): Wrong {
  return [what, { mappings: [{ name: "m", system: "crm", api: "hook", body: "1", ...changes }] }, says];
}

const delivery = (what: string, rules: SystemDocument["delivery"], says: RegExp) => system(what, { delivery: rules }, says);
const email = { kind: "email", host: "smtp.example", from: "a@b.example", to: ["c@d.example"] } as const;
const soap = { kind: "soap", wsdl: "x.wsdl", operation: "Do" } as const;
const keys = (key: string): Partial<SystemDocument> => ({
  secrets: { S: key },
  apis: { a: { ...REST, auth: { kind: "standardWebhooks", keys: ["S"] } } },
});
const group = { name: "globex-net", provider: "globex", returnGroup: "service-desk" };

const SYSTEMS: readonly Wrong[] = [
  system("a name", { name: "x y" }, /system x y: a name has/),
  system("a reserved name", { name: "constructor" }, /system constructor: this name is reserved/),
  ["a System twice", { systems: [{ name: "x" }, { name: "x" }] }, /system x: it stands in the document twice/],
  system("no such provider", { provider: "nobody" }, /system x: there is no provider nobody/),
  system("no such group", { groups: ["nowhere"] }, /system x: there is no group nowhere/),
  system("a secret's name", { secrets: { "a b": "x" } }, /system x, secret a b: a name has/),
  system("a secret without a value", { secrets: { S: "kept" } }, /system x: the secret S has no value yet/),
  system("a secret of nothing", { secrets: { S: null } }, /system x: the secret S has no value yet/),
  system("an empty secret", { secrets: { S: "" } }, /system x, secret S: it has 6 to 4096 characters/),
  system("a secret too short to be masked", { secrets: { S: "12345" } }, /secret S: it has 6 to 4096 .* shorter ones/),
  system("a property's name", { properties: { constructor: "x" } }, /system x, property constructor: this name is reserved/),
  system("a table's name", { values: { "": {} } }, /system x, values : a name has/),
  system("an api's name", { apis: { "a/b": REST } }, /system x, api a\/b: a name has/),
  system("a limit of nothing", { limits: { "": {} } }, /system x, limit : it names a field/),
  system("a limit of 0", { limits: { short: { length: 0 } } }, /system x, limit short: length is a whole number from 1 to/),
  delivery("too many pauses", { retryAfterSeconds: Array(31).fill(1) }, /system x, delivery: retryAfterSeconds has at most 30/),
  delivery("a pause of 0", { retryAfterSeconds: [0] }, /each of retryAfterSeconds is a whole number from 1 to 604800/),
  delivery("a pause of more than a week", { retryAfterSeconds: [604_801] }, /each of retryAfterSeconds/),
  delivery("half a second", { retryAfterSeconds: [0.5] }, /each of retryAfterSeconds/),
  delivery("no time", { timeoutMs: 0 }, /delivery: timeoutMs is a whole number from 1 to 120000/),
  delivery("too much time", { timeoutMs: 120_001 }, /delivery: timeoutMs/),
  delivery("none in flight", { inFlight: 0 }, /delivery: inFlight is a whole number from 1 to 256/),
  delivery("too many in flight", { inFlight: 257 }, /delivery: inFlight/),
  delivery("none a second", { perSecond: 0 }, /delivery: perSecond is a whole number from 1 to 10000/),
  delivery("too many a second", { perSecond: 10_001 }, /delivery: perSecond/),
  delivery("too large files", { attachmentBytes: 104_857_601 }, /delivery: attachmentBytes/),
  [
    "a provider with a System",
    { remove: { providers: ["acme"], groups: ["acme-field"], credentials: ["acme"] } },
    /system crm: there is no provider acme/,
  ],
  ["a System with mappings", { remove: { systems: ["crm"] } }, /mapping crm-\w+: there is no system crm; a system goes after/],
  [
    "a mapping that a group names, taken away",
    { groups: [{ ...group, processes: { newAssignment: "crm-old", closure: "crm-mail" } }], remove: { mappings: ["crm-mail"] } },
    /mapping crm-mail: the group globex-net names it as its process closure/,
  ],
  ["an api with mappings", { systems: [{ ...CRM, apis: { hook: REST } }] }, /mapping crm-\w+: the system crm has no api/],
];

const URLS: readonly Wrong[] = [
  rest("no URL", { url: "hook" }, /system x, api a, url: the URL is not a whole one/),
  rest("another scheme", { url: "ftp://x.example/" }, /api a, url: the URL is not a whole one/),
  rest("a script", { url: "javascript:alert(1)" }, /api a, url: the URL is not a whole one/),
  rest("a user in the URL", { url: "https://me@x.example/" }, /api a, url: name and password stand in auth/),
  rest(
    "a password in the URL",
    { url: `https://:${place("secret:S")}@x.example/` },
    /api a, url: name and password stand in auth/,
  ),
  rest("no such secret", { url: `https://x.example/${place("secret:T")}` }, /api a, url: the System has no secret T/),
  rest("no such property", { url: `https://${place("prop:Q")}/` }, /api a, url: the System has no property Q/),
  rest("a place-holder of another kind", { url: `https://x.example/${place("env:PATH")}` }, /api a, url: place-holders here are/),
  rest("an empty place-holder", { url: `https://x.example/${place("data:")}` }, /api a, url: place-holders here are/),
  rest("an open place-holder", { url: "https://x.example/${prop:P" }, /api a, url: place-holders here are/),
  api(
    "an open place-holder in a token's address",
    {
      ...REST,
      auth: { kind: "oauth2", tokenUrl: `https://${place("prop:P")}/`, clientId: "c", clientSecret: "S" },
    },
    /api a, tokenUrl: there are no place-holders here/,
  ),
  rest("a host of data", { url: `https://${place("data:host")}/` }, /api a, url: the host of a URL is never made from data/),
  rest(
    "a host of data behind backslashes",
    { url: `https:\\\\x.${place("data:host")}/` },
    /the host of a URL is never made from data/,
  ),
  rest("a scheme of data", { url: `${place("data:url")}` }, /api a, url: the URL is not a whole one/),
  api(
    "data in the address of SOAP",
    { ...soap, url: `https://x.example/${place("data:a")}` },
    /place-holders here are [^,]*, [^,]*\.$/,
  ),
];

const APIS: readonly Wrong[] = [
  rest("a GET with a body", { method: "GET", body: "json" }, /system x, api a: a GET has no body/),
  ...["", "2xx", "200-", "300-200", "99", "600", "200;201"].map((success) =>
    rest(`success ${success}`, { success }, /system x, api a: success lists statuses/),
  ),
  rest("a header name", { headers: { "X Y": "1" } }, /api a: the header name "X Y" is no token/),
  rest("an empty header name", { headers: { "": "1" } }, /api a: the header name "" is no token/),
  rest("a header that frames", { headers: { "Content-Length": "1" } }, /api a: the header Content-Length is set by the gateway/),
  rest("a header twice", { headers: { a: "1", A: "2" } }, /api a: the header a stands there twice/),
  rest("a line end in a header", { headers: { a: "1\r\nb: 2" } }, /api a, header a: a value has visible ASCII/),
  rest("a header beyond ASCII", { headers: { a: "\u00e4" } }, /api a, header a: a value has visible ASCII/),
  rest("a header's secret", { headers: { a: `${place("secret:T")}` } }, /api a, header a: the System has no secret T/),
  rest(
    "a secret in the clear",
    { headers: { Authorization: "Bearer abc" } },
    /header Authorization: put its value into a secret/,
  ),
  rest("wsse over REST", { auth: { kind: "wsse", user: "u", password: "S" } }, /api a: the auth wsse does not fit rest/),
  rest("no such password", { auth: { kind: "basic", user: "u", password: "T" } }, /api a: the System has no secret T/),
  rest("a user with a colon", { auth: { kind: "basic", user: "u:v", password: "S" } }, /api a: a user name has no colon/),
  rest("a key in no header", { auth: { kind: "apiKey", header: "a b", key: "S" } }, /api a: the header name "a b" is no token/),
  rest(
    "a token from nowhere",
    { auth: { kind: "oauth2", tokenUrl: "id.example", clientId: "c", clientSecret: "S" } },
    /api a, tokenUrl: the URL is not a whole one/,
  ),
  rest("no signing key", { auth: { kind: "standardWebhooks", keys: [] } }, /api a: standardWebhooks needs at least one key/),
  system("a key without its prefix", keys(signingKey(32).slice(6)), /api a: the secret S is no signing key/),
  system("a short key", keys(signingKey(23)), /api a: the secret S is no signing key/),
  system("a long key", keys(signingKey(65)), /api a: the secret S is no signing key/),
  system("a key that is no base64", keys(`whsec_${"-".repeat(44)}`), /api a: the secret S is no signing key/),
  api("Standard Webhooks over SOAP", { ...soap, auth: { kind: "standardWebhooks", keys: ["S"] } }, /does not fit soap/),
  api("a path to the WSDL", { ...soap, wsdl: "../x.wsdl" }, /api a: wsdl is the name of a file/),
  api("an operation", { ...soap, operation: "a:b" }, /api a: operation is the name/),
  api("an API key by mail", { ...email, auth: { kind: "apiKey", header: "a", key: "S" } }, /does not fit email/),
  api(
    "mail with OAuth 2",
    { ...email, auth: { kind: "oauth2", tokenUrl: "https://id.example/", clientId: "c", clientSecret: "S" } },
    /api a: the auth oauth2 does not fit email; use one of none, basic/,
  ),
  ...(["reference", "update"] as const).map((read) =>
    rest(`an answer's ${read} in nobody's name`, { answer: { [read]: "body.x" } }, /api a, answer: .* the System has none/),
  ),
  api("mail in the clear", { ...email, security: "none" }, /api a: security none is for this machine only/),
  api("a port", { ...email, port: 0 }, /api a: port is a whole number from 1 to 65535/),
  api("a mail host", { ...email, host: "a b" }, /api a: host is the name or address/),
  api("a sender", { ...email, from: "Desk desk@example.com" }, /api a: from is an address/),
  api("a sender with a line end", { ...email, from: "Desk\r\nBcc: e@f.example <a@b.example>" }, /api a: from is an address/),
  api("no receiver", { ...email, to: [] }, /api a: to names at least one address/),
  api("a receiver", { ...email, to: ["c@d.example, e@f.example"] }, /api a: to is a list of addresses/),
  api("where answers come", { ...email, replyTo: "desk" }, /api a: replyTo is an address/),
];

const MAPPINGS: readonly Wrong[] = [
  mapping("a name", { name: "m n" }, /mapping m n: a name has/),
  [
    "a mapping twice",
    { mappings: [CRM_MAPPINGS[0], CRM_MAPPINGS[0]] as MappingDocument[] },
    /mapping crm-new: it stands .* twice/,
  ],
  mapping("no such System", { system: "nowhere" }, /mapping m: there is no system nowhere/),
  mapping("no such api", { api: "nothing" }, /mapping m: the system crm has no api nothing/),
  mapping(
    "one api of several",
    { api: undefined },
    /mapping m: name the api of the System crm, which has hook, old, mail, token/,
  ),
  [
    "one api of none",
    { systems: [{ name: "x" }], mappings: [{ name: "m", system: "x", body: "1" }] },
    /mapping m: name the api of the System x, which has none yet/,
  ],
  mapping("another language", { language: "perl" as "liquid" }, /mapping m: the language is one of jsonata, liquid/),
  mapping("no body", { body: " " }, /mapping m: the api hook sends a body/),
  mapping("a large body", { body: "\u00e4".repeat(32_769) }, /mapping m: its body has more than 64 KiB/),
  mapping("an empty condition", { condition: "" }, /mapping m, condition: an expression has 1 to 4000 characters/),
  mapping(
    "a task status",
    { trigger: { taskStatuses: ["done"] } },
    /mapping m, trigger, taskStatuses: done is none of assigned,/,
  ),
  mapping(
    "a ticket status",
    { trigger: { ticketStatuses: ["solved"] } },
    /trigger, ticketStatuses: solved is none of open, scheduling,/,
  ),
  mapping("a field", { trigger: { fields: ["constructor"] } }, /trigger, fields: constructor is none of subject, description/),
  mapping("a group", { trigger: { groups: ["nowhere"] } }, /mapping m: there is no group nowhere/),
  mapping("an empty list", { trigger: { fields: [] } }, /mapping m, trigger: an empty list of fields would never fit/),
  mapping(
    "a request type",
    { trigger: { requests: [{ type: "Sing" }] } },
    /the request type Sing is none of Submit Request, Update/,
  ),
  mapping(
    "a request the other way",
    { trigger: { requests: [{ type: "Reassigned" }] } },
    /mapping m, trigger: the request type Reassigned never goes Out; write direction: In/,
  ),
  mapping("alerts for a provider", { trigger: { alerts: ["queue_long"] } }, /mapping m: alerts are for the desk's own people/),
  ...(
    [
      ["an alert", { alerts: ["boredom" as "queue_long"] }, /mapping m, trigger, alerts: boredom is none of queue_long/],
      ["alerts and more", { alerts: ["queue_long"], fields: ["group"] }, /mapping m, trigger: alerts stand alone/],
    ] as const
  ).map(([what, trigger, says]): Wrong => {
    const own = { name: "x", apis: { a: REST } };
    return [what, { systems: [own], mappings: [{ name: "m", system: "x", body: "1", trigger }] }, says];
  }),
  [
    "a process of another provider",
    { groups: [{ ...group, processes: { closure: "crm-new" } }] },
    /group globex-net: its process closure is the mapping crm-new of the system crm, which belongs to the provider acme/,
  ],
  [
    "a process that cannot see its group",
    { systems: [{ ...NOBODYS, projects: [] }], groups: [{ ...group, processes: { closure: "crm-new" } }] },
    /group globex-net: its process closure is the mapping crm-new of the system crm, which may not see the group/,
  ],
];

export const WRONG: readonly Wrong[] = [...SYSTEMS, ...URLS, ...APIS, ...MAPPINGS];
