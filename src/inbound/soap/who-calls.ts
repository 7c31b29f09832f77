// Who sends a call: what its HTTP headers or its network say, else what the message itself shows. Never tells a stranger which of
// them was wrong.
import { Failure } from "../../core/errors.ts";
import { countCall } from "../quota.ts";
import type { MessagePlaces, Stranger, Visit } from "../visit.ts";
import type { Call, CallOptions } from "./call.ts";
import type { Contract } from "./contract/contract.ts";
import type { Reading } from "./reading/reader.ts";
import { isSecurity, securityOf } from "./reading/security.ts";

type Options = Pick<CallOptions, "admit" | "contract" | "clock" | "door" | "log" | "spend">;

/** A caller, or somebody who may yet show in the message who it is. */
export type Visitor = Visit | Stranger;

/** Where an envelope may show who sends it. */
const inEnvelope = ({ takesSecret }: Contract): MessagePlaces => ({ token: true, secret: takesSecret });

/**
 * Lets the request in as far as its headers go, and notes who it is; a stranger only where the message has a place to show it. A plain
 * value when no waiting was needed.
 */
export function letIn(
  { admit, contract, spend }: Options,
  call: Call,
  places = inEnvelope(contract),
): Visitor | Promise<Visitor> {
  const note = (visitor: Visitor): Visitor => {
    call.visit = visitor;
    // Of a network's caller the message may name another, who then counts instead.
    if (visitor.caller !== null && !visitor.stranger) countCall(spend, visitor);
    return visitor;
  };
  const admitted = admit.orStranger(call.request, places);
  return admitted instanceof Promise ? admitted.then(note) : note(admitted);
}

/** What of a message may show who sent it. One that could not be read has no operation. */
export type Shows = Pick<Reading, "headers"> & Partial<Pick<Reading, "operation" | "sent">>;

/** Who may yet be known by the message; null for one whom a header of HTTP has made known. */
export function strangerIn(visitor: Visitor): Stranger | null {
  return visitor.caller === null ? visitor : (visitor.stranger ?? null);
}

/**
 * Whether a message that could not be read says who sent it, or that nobody did: then that is asked before its sender is told why, and
 * a nonce in it is used up. Where an argument may say it, nobody knows; but what is told then is of the contract alone.
 */
export function tellsWho({ contract }: Options, visitor: Visitor, { headers }: Shows): boolean {
  if (strangerIn(visitor) === null) return false;
  return !contract.takesSecret || headers.some(({ uri, local }) => isSecurity(uri, local));
}

/**
 * The visit as it stands when the message was read: of somebody its headers had let in that very visit, else one that the message's
 * own token or argument opens. Of a network's caller the message's word counts instead.
 */
export function admitByMessage(options: Options, call: Call, visitor: Visitor, shows: Shows): Visit | Promise<Visit> {
  const stranger = strangerIn(visitor);
  if (stranger === null) return visitor as Visit;
  return askMessage(options, stranger, shows).then((shown) => {
    const visit = shown ?? visitor;
    if (visit.caller === null) throw new Failure("unauthenticated");
    call.visit = visit;
    countCall(options.spend, visit);
    return visit;
  });
}

async function askMessage(options: Options, stranger: Stranger, { operation, sent = [], headers }: Shows): Promise<Visit | null> {
  const { admit, clock } = options;
  const security = securityOf(headers, clock());
  if (security.kind !== "none") return useUp(options, await admit.byToken(stranger, security));
  const shown = operation?.access?.shownBy(sent) ?? null;
  return shown === null ? null : admit.bySecret(stranger, shown.given, shown.expectedOf);
}

/** A token's nonce is used up before anything else is done in its name, so that whatever comes of the call it opens no other. */
async function useUp({ door, log }: Options, visit: Visit): Promise<Visit> {
  const { nonce, caller, requestId, address } = visit;
  if (nonce === undefined) return visit;
  const outcome = await door.execute({ commands: [], caller, channel: "soap", side: nonce });
  if (outcome.status === "done") return visit;
  log("info", "credentials.token_refused", { requestId, address, why: "a nonce that was used before" });
  throw new Failure(outcome.refusal.code);
}
