// SOAP messages by hand for tests over the running gateway: header blocks of WS-Security and WS-Addressing, and what was answered.
import { createHash, randomBytes } from "node:crypto";
import { SERVICE_PATH } from "./service-path.ts";

const NAMESPACE = "http://tempuri.org/";
const PREFIX = "ProcessInstanceTaskExternal";
const OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
const PROFILE = `${OASIS}-username-token-profile-1.0`;
const ENVELOPES = { "1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope" };

/** A UsernameToken as a partner makes it. */
export interface TokenOptions {
  user: string;
  password: string;
  digest?: boolean;
  /** Milliseconds UTC. */
  at?: number;
  nonce?: Buffer;
}

/** The element of a UsernameToken; with a digest it has a nonce and a time. */
export function usernameToken({
  user,
  password,
  digest = false,
  at = Date.now(),
  nonce = randomBytes(16),
}: TokenOptions): string {
  const created = new Date(at).toISOString();
  const sum = createHash("sha1").update(nonce).update(created).update(password).digest("base64");
  const kind = digest ? "PasswordDigest" : "PasswordText";
  const shown = `<o:Password Type="${PROFILE}#${kind}">${digest ? sum : password}</o:Password>`;
  const fresh = digest ? `<o:Nonce>${nonce.toString("base64")}</o:Nonce><u:Created>${created}</u:Created>` : "";
  return `<o:UsernameToken><o:Username>${user}</o:Username>${shown}${fresh}</o:UsernameToken>`;
}

/** A header block of WS-Security that must be understood. */
export function security(content: string): string {
  const names = `xmlns:o="${OASIS}-wssecurity-secext-1.0.xsd" xmlns:u="${OASIS}-wssecurity-utility-1.0.xsd"`;
  return `<o:Security s:mustUnderstand="1" ${names}>${content}</o:Security>`;
}

/** A header block with a token. */
export const tokenHeader = (options: TokenOptions): string => security(usernameToken(options));

/** A message id of WS-Addressing that must be understood. */
export const messageId = (id: string, version = "http://www.w3.org/2005/08/addressing"): string =>
  `<a:MessageID s:mustUnderstand="1" xmlns:a="${version}">${id}</a:MessageID>`;

export interface Message {
  /** Behind `ProcessInstanceTaskExternal`. */
  operation?: "Acknowledgement" | "UpdateMessage" | "Reassignment" | "Attachment";
  fields: Readonly<Record<string, string>>;
  /** The header blocks. */
  headers?: string;
  version?: keyof typeof ENVELOPES;
  /** The element of the operation and its attributes, where it is not that of the contract. */
  element?: string;
}

/** The envelope of a message. */
export function envelope({ operation = "UpdateMessage", fields, headers = "", version = "1.1", element }: Message): string {
  const open = element ?? `${PREFIX}${operation} xmlns="${NAMESPACE}"`;
  const values = Object.entries(fields).map(([name, value]) => `<${name} xmlns="${NAMESPACE}">${value}</${name}>`);
  const body = `<${open}>${values.join("")}</${open.split(" ", 1)[0]}>`;
  const header = headers === "" ? "" : `<s:Header>${headers}</s:Header>`;
  return `<s:Envelope xmlns:s="${ENVELOPES[version]}">${header}<s:Body>${body}</s:Body></s:Envelope>`;
}

export interface Answered {
  status: number;
  /** What stands in the header X-Crossdesk-Code. */
  code: string | null;
  /** The event's id; null for anything but a success. */
  event: string | null;
  /** The text of a fault. */
  fault: string | null;
  body: string;
}

/** Sends an envelope as it is to the gateway at `url`, with more headers of HTTP. */
export async function sendEnvelope(
  url: string,
  body: string | Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const text = body.toString();
  const type = text.includes(ENVELOPES["1.2"]) ? "application/soap+xml" : "text/xml";
  const operation = new RegExp(`:?Body><(${PREFIX}\\w+)`).exec(text)?.[1] ?? `${PREFIX}UpdateMessage`;
  const headers = { "Content-Type": type, SOAPAction: `"${NAMESPACE}${operation}"`, ...more };
  const answer = await fetch(`${url}${SERVICE_PATH}`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const answered = await answer.text();
  return {
    status: answer.status,
    code: answer.headers.get("x-crossdesk-code"),
    event: /Result>([^<]+)<\//.exec(answered)?.[1] ?? null,
    fault: /(?:faultstring|Text[^>]*)>([^<]+)<\//.exec(answered)?.[1] ?? null,
    body: answered,
  };
}

/** Sends a message to the gateway at `url`. */
export const send = (url: string, message: Message, more: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  sendEnvelope(url, envelope(message), more);
