// Whether an API definition can work: its address, headers, authentication, answer rule. A table by kind; nothing is called here.
import type { ApiDefinition, Auth, EmailApi, RestApi, SoapApi, System } from "./outgoing.ts";
import { checkPlaces, checkUrl, SECRET_PLACE, secretsOfAuth } from "./site-outgoing-places.ts";
import { checkName, checkRange, isThisMachine, wrong } from "./site-refusal.ts";

/** Which ways of authentication each kind of API knows. */
const AUTHS: Readonly<Record<ApiDefinition["kind"], readonly Auth["kind"][]>> = {
  rest: ["none", "basic", "apiKey", "oauth2", "standardWebhooks"],
  soap: ["none", "basic", "apiKey", "oauth2", "wsse"],
  // A mail server's access token is another grant than those that are fetched for calls, so nothing would give it one.
  email: ["none", "basic"],
};

/** Throws `invalid_request` naming the first thing by which this API definition could not work. */
export function checkApi(name: string, api: ApiDefinition, system: System): void {
  const where = `system ${system.name}, api ${name}`;
  checkName(where, name);
  checkAuth(where, api, system);
  checkAnswer(where, api, system);
  if (api.kind === "rest") checkRest(where, api, system);
  else if (api.kind === "soap") checkSoap(where, api, system);
  else checkEmail(where, api);
}

/** An answer comes in as any other message of a provider, so there must be one to say it. */
function checkAnswer(where: string, { answer }: ApiDefinition, { provider }: System): void {
  if (provider !== null || (answer.reference === null && answer.update === null)) return;
  wrong(`${where}, answer`, "it is taken as the word of the System's provider, and the System has none; leave it out");
}

function checkAuth(where: string, { kind, auth }: ApiDefinition, system: System): void {
  const known = AUTHS[kind];
  if (!known.includes(auth.kind)) wrong(where, `the auth ${auth.kind} does not fit ${kind}; use one of ${known.join(", ")}`);
  const missing = secretsOfAuth(auth).find((one) => !Object.hasOwn(system.secrets, one));
  if (missing !== undefined) wrong(where, `the System has no secret ${missing}; auth names secrets, it does not hold them`);
  if (auth.kind === "basic" && auth.user.includes(":")) wrong(where, "a user name has no colon (RFC 7617 section 2)");
  if (auth.kind === "apiKey") checkHeaderName(where, auth.header);
  if (auth.kind === "oauth2") checkUrl(`${where}, tokenUrl`, auth.tokenUrl, system, []);
  if (auth.kind === "standardWebhooks") checkSigningKeys(where, auth.keys, system);
}

const SIGNING_PREFIX = "whsec_";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Standard Webhooks 1.0, "Signature scheme": 24 to 64 bytes in base64 behind a fixed prefix. */
function checkSigningKeys(where: string, keys: readonly string[], { secrets }: System): void {
  if (keys.length === 0) wrong(where, "standardWebhooks needs at least one key");
  for (const name of keys) {
    const secret = secrets[name] ?? "";
    const text = secret.slice(SIGNING_PREFIX.length);
    const bytes = BASE64.test(text) ? Buffer.from(text, "base64").length : 0;
    if (!secret.startsWith(SIGNING_PREFIX) || bytes < 24 || bytes > 64)
      wrong(where, `the secret ${name} is no signing key: ${SIGNING_PREFIX} and 24 to 64 bytes in base64; generate makes one`);
  }
}

function checkRest(where: string, { method, url, headers, body, success }: RestApi, system: System): void {
  checkUrl(`${where}, url`, url, system, ["secret", "prop", "data"]);
  checkHeaders(where, headers, system);
  if (method === "GET" && body !== "none") wrong(where, "a GET has no body; write body: none, or another method");
  if (!success.split(",").every(isStatusRange))
    wrong(where, "success lists statuses from 100 to 599 and ranges of them, such as 200-299,409");
}

function isStatusRange(part: string): boolean {
  const [, from, to = from] = /^\s*([1-5]\d\d)(?:-([1-5]\d\d))?\s*$/.exec(part) ?? [];
  return from !== undefined && Number(from) <= Number(to);
}

/** A plain file name: nothing that leads out of the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** As names in XML are, without a prefix (Namespaces in XML section 3). */
const OPERATION = /^[\p{L}_][\p{L}\p{N}._-]{0,127}$/u;

function checkSoap(where: string, { wsdl, operation, url, headers }: SoapApi, system: System): void {
  if (!FILE_NAME.test(wsdl)) wrong(where, "wsdl is the name of a file in the folder wsdl, without a path");
  if (!OPERATION.test(operation)) wrong(where, "operation is the name of an operation of the WSDL, without a prefix");
  if (url !== null) checkUrl(`${where}, url`, url, system, ["secret", "prop"]);
  checkHeaders(where, headers, system);
}

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** RFC 9110 section 5.5 without what is obsolete there, so no line end can begin another header. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** What frames a message or names the delivery is set by the sender alone: a second opinion on framing is how requests are smuggled. */
const RESERVED_HEADERS = [
  ...["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect"],
  ...["accept-encoding", "proxy-authorization", "proxy-authenticate", "proxy-connection", "http2-settings"],
  ...["user-agent", "webhook-id", "webhook-timestamp", "webhook-signature", "idempotency-key"],
];
/** Headers whose whole purpose is a secret. */
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key"];

function checkHeaderName(where: string, name: string): void {
  if (!TOKEN.test(name)) wrong(where, `the header name ${JSON.stringify(name)} is no token (RFC 9110 section 5.6.2)`);
  if (RESERVED_HEADERS.includes(name.toLowerCase())) wrong(where, `the header ${name} is set by the gateway itself`);
}

function checkHeaders(where: string, headers: RestApi["headers"], system: System): void {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) wrong(where, `the header ${twice} stands there twice; upper and lower case are one`);
  for (const [name, value] of Object.entries(headers)) {
    checkHeaderName(where, name);
    const place = `${where}, header ${name}`;
    if (!HEADER_VALUE.test(value)) wrong(place, "a value has visible ASCII characters, spaces and tabs alone");
    checkPlaces(place, value, system, ["secret", "prop", "data"]);
    if (SECRET_HEADERS.includes(name.toLowerCase()) && !value.includes(SECRET_PLACE))
      wrong(place, "put its value into a secret of the System and write its place-holder, so that it is never shown");
  }
}

const HOST = /^[A-Za-z0-9.:[\]_-]{1,255}$/;
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()\\]{1,255}$/;
/** With or without a name in front of it. */
const FROM = /^(?:[^<>@,;:"()\\\r\n]{1,128} <([^<>]+)>|([^<>]+))$/;

function checkEmail(where: string, { host, port, security, from, to, replyTo }: EmailApi): void {
  if (!HOST.test(host)) wrong(where, "host is the name or address of a mail server");
  checkRange(where, "port", port, [1, 65_535]);
  if (security === "none" && !isThisMachine(host)) wrong(where, "security none is for this machine only; use tls or starttls");
  const [, named, plain] = FROM.exec(from) ?? [];
  if (!ADDRESS.test(named ?? plain ?? "")) wrong(where, "from is an address such as desk@example.com or Desk <desk@example.com>");
  if (to.length === 0) wrong(where, "to names at least one address");
  if (!to.every((one) => ADDRESS.test(one))) wrong(where, "to is a list of addresses such as noc@example.com");
  if (replyTo !== null && !ADDRESS.test(replyTo)) wrong(where, "replyTo is an address such as desk+token@example.com");
}
