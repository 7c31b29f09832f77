// What is wrong between us and a mail server, in a sentence, and what to do about it in another. No secret is in either.
import type { Mailbox } from "../../store/site.ts";
import { wasRefused } from "./connection.ts";

const CONNECTING: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens there: check host and port, and whether the mail server runs.",
  ENOTFOUND: "The name of the host has no address: check host and the name server.",
  EAI_AGAIN: "The name server did not answer: check it.",
  ETIMEDOUT: "It did not answer in time: check host, port and the firewall between.",
  ETIMEOUT: "It did not answer in time: check host, port and the firewall between.",
  CONNECT_TIMEOUT: "It did not answer in time: check host, port and the firewall between.",
  GREETING_TIMEOUT: "It did not greet: check the port; security tls is for ports like 993, starttls for ports like 143.",
  UPGRADE_TIMEOUT: "TLS did not begin in time: check the port, and security tls or starttls.",
  TOO_SLOW:
    "It sends, but too slowly to ever come to an end: check the network and the mail server. It is tried again by itself.",
  ECONNRESET: "The connection broke: it is made again by itself.",
  EHOSTUNREACH: "There is no way to the host: check the network.",
  ENETUNREACH: "There is no way to the host: check the network.",
  CERT_HAS_EXPIRED: "Its certificate has expired: it must be renewed there.",
  ERR_TLS_CERT_ALTNAME_INVALID: "Its certificate is for another name: set host to a name that stands in it.",
};
const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|DEPTH_ZERO/;
const AUTHORITY =
  "Its certificate is of an authority this machine does not know: put that authority's certificate (PEM) into ca.";
const WRONG_TLS = "It speaks no TLS as was tried: check the port, and security tls or starttls.";

interface Said {
  code?: unknown;
  responseText?: unknown;
  serverResponseCode?: unknown;
  tlsFailed?: unknown;
}

/** What is wrong, with what to do behind it. */
export function troubleText(error: unknown, mailbox: Pick<Mailbox, "oauth2" | "folder">): string {
  if (!(error instanceof Error)) return String(error);
  const { code, responseText } = error as Error & Said;
  const server = typeof responseText === "string" && responseText !== "" ? `: ${responseText.slice(0, 300)}` : "";
  const says = server ? `The mail server refused${server}` : error.message;
  return `${says.replace(/[.\s]+$/, "")}. ${adviceFor(error as Error & Said, String(code ?? ""), mailbox)}`.trim();
}

function adviceFor(error: Error & Said, code: string, { oauth2, folder }: Pick<Mailbox, "oauth2" | "folder">): string {
  if (wasRefused(error))
    return oauth2 ? "Check user, and that the access token's client may read this mailbox." : "Check user and password.";
  if (/^no access token/.test(error.message)) return "Check oauth2: tokenUrl, clientId, clientSecret, scope and refreshToken.";
  if (UNKNOWN_AUTHORITY.test(code)) return AUTHORITY;
  if (/^(EPROTO|ERR_SSL_)/.test(code) || error.tlsFailed === true) return CONNECTING[code] ?? WRONG_TLS;
  if (
    error.serverResponseCode === "NONEXISTENT" ||
    /doesn't exist|not exist|unknown mailbox/i.test(String(error.responseText ?? ""))
  )
    return `Check the folder ${folder}: names are as the server has them.`;
  return CONNECTING[code] ?? "";
}
