// Why a SOAP request is not carried out, and the answer each reason gets. Never tells more than the code's own words.
import { FAILURES, type FailureClass, type FailureCode, type Refusal, refusalText } from "../../core/errors.ts";
import type { WriteAnswer } from "./contract/answers.ts";
import { type FaultRole, SOAP11, type SoapVersion } from "./versions.ts";

/**
 * A request that leads to no result. `malformed` (not XML as it must be) and `media_type` are answered without a body,
 * which is what clients of ASMX expect; the others are faults.
 */
export type Problem =
  | { kind: "malformed"; version: SoapVersion }
  | { kind: "media_type" }
  | { kind: "fault"; version: SoapVersion; role: FaultRole; text: string; code: FailureCode };

/** A whole answer. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
  /** The code for the log and the X-Crossdesk-Code header; null for a success. */
  code: FailureCode | null;
  headers?: Readonly<Record<string, string>>;
}

const UNREADABLE = "Server was unable to read request. ---> ";
const UNPROCESSED = "Server was unable to process request. ---> ";

export const MEDIA_TYPE: Problem = { kind: "media_type" };

/** A fault of the client about a request that could not be routed or has a wrong envelope. */
export function clientFault(version: SoapVersion, text: string): Problem {
  return { kind: "fault", version, role: "client", text, code: "invalid_request" };
}

/** A fault of the client about a request whose content cannot be read. */
export function unreadable(version: SoapVersion, why: string): Problem {
  return clientFault(version, UNREADABLE + why);
}

/** A fault of the server: the request broke it before it was read. */
export function unprocessed(version: SoapVersion, why: string): Problem {
  return { kind: "fault", version, role: "server", text: UNPROCESSED + why, code: "invalid_request" };
}

export function problemAnswer(problem: Problem): Answer {
  if (problem.kind === "malformed")
    return { status: 400, contentType: problem.version.contentType, body: "", code: "invalid_request" };
  if (problem.kind === "media_type") return { status: 415, contentType: SOAP11.contentType, body: "", code: "invalid_request" };
  const { version, role, text, code } = problem;
  return { status: 500, contentType: version.contentType, body: version.fault(role, text), code };
}

interface Spelling {
  status: number;
  role: FaultRole;
  before: string;
  headers?: Readonly<Record<string, string>>;
}

const AGAIN = { "Retry-After": "5" };

const BY_CLASS: Readonly<Record<FailureClass, Spelling>> = {
  refused: { status: 500, role: "server", before: UNPROCESSED },
  busy: { status: 503, role: "server", before: UNPROCESSED, headers: AGAIN },
  transient: { status: 503, role: "server", before: UNPROCESSED, headers: AGAIN },
  ambiguous: { status: 503, role: "server", before: UNPROCESSED, headers: AGAIN },
  permanent: { status: 500, role: "server", before: UNPROCESSED },
};

/** The codes that are spelled differently from their class. */
const BY_CODE: Partial<Record<FailureCode, Spelling>> = {
  unauthenticated: { status: 401, role: "client", before: "", headers: { "WWW-Authenticate": 'Basic realm="Crossdesk"' } },
  invalid_request: { status: 500, role: "client", before: UNREADABLE },
  too_large: {
    status: 500,
    role: "server",
    before: "There was an exception running the extensions specified in the config file. ---> ",
  },
};

/** The text ASMX gives for a body over its limit; clients compare it. */
const TOO_LARGE = "Maximum request length exceeded.";

/** How an answer to a refusal or failure is spelled. */
export function spellingOf(code: FailureCode): Spelling {
  return BY_CODE[code] ?? BY_CLASS[FAILURES[code].class];
}

/** The sentence for a refusal, where ASMX has its own words for it in those. */
export function refusalSays(refusal: Refusal): string {
  return refusal.code === "too_large" ? TOO_LARGE : refusalText(refusal);
}

/** How a contract tells refusals; see `ContractRules`. */
type Told = "exception" | "client";

/** A refusal as a fault of the client, with the code where programs can read it. What a proxy or a retry looks at stays as it is. */
const asClient = (spelling: Spelling): Spelling => ({ ...spelling, role: "client", before: "" });

/** The answer to a refusal of the core, or to a failure on the way to it, as a fault. */
export function refusalAnswer(refusal: Refusal, version: SoapVersion, told: Told = "exception"): Answer {
  const { code } = refusal;
  const usual = spellingOf(code);
  const isRule = FAILURES[code].class === "refused" && code !== "too_large";
  const spelling = told === "client" && isRule ? asClient(usual) : usual;
  return faultAnswer(version, { code, spelling, says: refusalSays(refusal), told });
}

/** The answer to a file that is too large in a request that is not. */
export function fileRefusal(refusal: Refusal, version: SoapVersion, told: Told): Answer {
  const spelling = told === "client" ? asClient(BY_CLASS.refused) : BY_CLASS.refused;
  return faultAnswer(version, { code: refusal.code, spelling, says: refusalText(refusal), told });
}

interface Spelled {
  code: FailureCode;
  spelling: Spelling;
  says: string;
  told: Told;
}

function faultAnswer(version: SoapVersion, { code, spelling, says, told }: Spelled): Answer {
  const { status, role, before, headers } = spelling;
  const body = version.fault(role, before + says, told === "client" && role === "client" ? code : undefined);
  return { status, contentType: version.contentType, body, code, headers };
}

/** The answer to a refusal of the core on an operation that tells it in its result; the header carries the code all the same. */
export function resultRefusal(refusal: Refusal, version: SoapVersion, write: WriteAnswer): Answer {
  const body = write(version, { code: refusal.code, text: refusalText(refusal) });
  return { status: 200, contentType: version.contentType, body, code: refusal.code };
}
