// SOAP 1.1 and 1.2: how each spells envelopes and faults, letter by letter as old clients compare them. Never any other layout.
import { escapeText } from "./write.ts";

/** Whose fault it is. `client` and `server` are Sender and Receiver in SOAP 1.2. */
export type FaultRole = "client" | "server" | "mustUnderstand" | "versionMismatch";

export interface SoapVersion {
  /** Namespace of the envelope. */
  namespace: string;
  /** Content type of every answer; .NET compares it as text. */
  contentType: string;
  codes: Readonly<Record<FaultRole, string>>;
  /** What stands before and after the content of the body. */
  open: string;
  close: string;
  /** A whole fault. Its detail carries the stable code, where it is told. */
  fault(role: FaultRole, text: string, code?: string): string;
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';
const CLOSE = "</soap:Body></soap:Envelope>";

function open(namespace: string): string {
  return (
    `${DECLARATION}<soap:Envelope xmlns:soap="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
  );
}

/** Namespace of the code in the detail of a fault. */
const CODES = "urn:crossdesk";

/** The detail of a fault. One about a header has none (SOAP 1.1 section 4.4: detail is about the body). */
function detailOf(name: string, role: FaultRole, code: string | undefined): string {
  if (role === "mustUnderstand") return "";
  return code === undefined ? `<${name} />` : `<${name}><code xmlns="${CODES}">${escapeText(code)}</code></${name}>`;
}

const NAMESPACE_11 = "http://schemas.xmlsoap.org/soap/envelope/";
const NAMESPACE_12 = "http://www.w3.org/2003/05/soap-envelope";

export const SOAP11: SoapVersion = {
  namespace: NAMESPACE_11,
  contentType: "text/xml; charset=utf-8",
  codes: { client: "Client", server: "Server", mustUnderstand: "MustUnderstand", versionMismatch: "VersionMismatch" },
  open: open(NAMESPACE_11),
  close: CLOSE,
  fault(role, text, told) {
    const detail = detailOf("detail", role, told);
    const code = `<faultcode>soap:${this.codes[role]}</faultcode>`;
    return `${this.open}<soap:Fault>${code}<faultstring>${escapeText(text)}</faultstring>${detail}</soap:Fault>${CLOSE}`;
  },
};

export const SOAP12: SoapVersion = {
  namespace: NAMESPACE_12,
  contentType: "application/soap+xml; charset=utf-8",
  codes: { client: "Sender", server: "Receiver", mustUnderstand: "MustUnderstand", versionMismatch: "VersionMismatch" },
  open: open(NAMESPACE_12),
  close: CLOSE,
  fault(role, text, told) {
    const detail = detailOf("soap:Detail", role, told);
    const code = `<soap:Code><soap:Value>soap:${this.codes[role]}</soap:Value></soap:Code>`;
    const reason = `<soap:Reason><soap:Text xml:lang="en">${escapeText(text)}</soap:Text></soap:Reason>`;
    return `${this.open}<soap:Fault>${code}${reason}${detail}</soap:Fault>${CLOSE}`;
  },
};

export const SOAP_VERSIONS: readonly SoapVersion[] = [SOAP11, SOAP12];
