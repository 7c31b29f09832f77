// Hands fetched mails to the receiver in UID order. While some are committed the next are read already, and each is handed over before the one
// before it is committed: their positions follow from each other, so none can overtake.
import { Failure } from "../../core/errors.ts";
import type { TaskRef } from "../../core/ports.ts";
import type { Look } from "./catch-up.ts";
import type { Fetched } from "./fetching.ts";
import { isOnTask } from "./on-task.ts";
import type { Prepared } from "./understand.ts";
import { STRANGER_KEPT } from "./set-aside.ts";
import { createTurns, type Turn } from "./turns.ts";

/** Mails read ahead, and mails on their way to a commit. */
const MOST_AHEAD = 16;
const MOST_FLYING = 64;

interface Course {
  /** UID of the mail that was handled last. */
  before: number;
  /** Told of each mail in order when its effect is committed, and whether all of it is kept. */
  onHandled(uid: number, isWhole: boolean): void;
}

/** A mail that was handed over. */
interface Flight {
  mail: Fetched;
  /** Whether others were under way before it: it may have been turned back for no fault of its own. */
  early: boolean;
  kin: Kin;
  prepared: Promise<Prepared> | undefined;
  end: Promise<boolean>;
}

/** By what mails count together: in the budget of a sender and task, in that of all strangers, and in the answers a sender may be sent. */
interface Kin {
  isAnybodys: boolean;
  sender: string | null;
  about: string | null;
}

/** Ends with the last mail, or before one that could not be handled now: it comes again. */
export async function handleInOrder(look: Look, mails: readonly Fetched[], { before, onHandled }: Course): Promise<void> {
  const read = mails.slice(0, MOST_AHEAD).map((mail) => prepare(look, mail));
  const flights: Flight[] = [];
  const nextTurn = createTurns();
  let [last, handed] = [before, before];
  const land = async (): Promise<void> => {
    const flight = flights[0] as Flight;
    const isWhole = await flight.end.catch((error: unknown) => {
      if (!flight.early || !isTurnedBack(error)) throw error;
      return handle(look, flight.mail, { before: last, prepared: flight.prepared });
    });
    flights.shift();
    last = flight.mail.uid;
    onHandled(last, isWhole);
  };
  try {
    for (const [index, mail] of mails.entries()) {
      if (look.signal.aborted) break;
      const prepared = read[index];
      const next = mails[index + MOST_AHEAD];
      if (next) read.push(prepare(look, next));
      const understood = await prepared?.catch(() => undefined);
      const kin = kinOf(look, understood);
      // What is counted of one must be known before the other is looked at.
      while (flights.some((flight) => isKin(flight.kin, kin))) await land();
      const turn = nextTurn();
      const end = handle(look, mail, { before: handed, prepared, turn }).finally(turn.over);
      end.catch(() => undefined);
      flights.push({ mail, early: flights.length > 0, kin, prepared, end });
      handed = mail.uid;
      while (flights.length > MOST_FLYING) await land();
    }
    while (flights.length > 0) await land();
  } catch (error) {
    await settle(flights, onHandled);
    throw error;
  }
}

/** After a failure: those behind it may have been committed all the same, when it was not known how that one ended. */
async function settle(flights: readonly Flight[], onHandled: Course["onHandled"]): Promise<void> {
  const [failed, ...behind] = flights;
  const ends = await Promise.allSettled(behind.map((flight) => flight.end));
  if (!ends.some((end) => end.status === "fulfilled")) return;
  if (failed) onHandled(failed.mail.uid, false);
  for (const [index, end] of ends.entries()) if (end.status === "fulfilled") onHandled(behind[index]?.mail.uid ?? 0, end.value);
}

function isTurnedBack(error: unknown): boolean {
  return error instanceof Failure && error.code === "guard_lost";
}

function kinOf({ mailbox }: Look, understood: Prepared | undefined): Kin {
  const sender = understood?.mail?.from ?? null;
  if (understood === undefined || !("commands" in understood)) return { sender, about: null, isAnybodys: false };
  const { isAnybodys = false } = understood;
  if (mailbox.answers) return { sender, about: null, isAnybodys };
  const { task, reference }: TaskRef = understood.commands.find(isOnTask) ?? {};
  return { sender, isAnybodys, about: (task ?? reference)?.trim().toLowerCase() ?? null };
}

/** Both of strangers; or of the same sender, and not surely about another task. */
function isKin(one: Kin, other: Kin): boolean {
  if (one.isAnybodys && other.isAnybodys) return true;
  if (one.sender === null || one.sender !== other.sender) return false;
  return one.about === null || other.about === null || one.about === other.about;
}

function prepare({ receiver, mailbox }: Look, mail: Fetched): Promise<Prepared> | undefined {
  const prepared = mail.aside ? undefined : receiver.prepare(mailbox, mail.raw);
  // Whoever waits for it hears of a failure; when nobody does any more, nobody needs to.
  prepared?.catch(() => undefined);
  return prepared;
}

interface Place {
  before: number;
  prepared: Promise<Prepared> | undefined;
  turn?: Turn;
}

/**
 * Hands one mail over, and tells whether all of it is kept. One that can never be handled is quarantined; a passing failure ends
 * the round, the mail comes again.
 */
async function handle(
  { receiver, mailbox, session, drawId }: Look,
  mail: Fetched,
  { before, prepared, turn }: Place,
): Promise<boolean> {
  const position = { uidValidity: session.uidValidity(), before, after: mail.uid };
  const arrival = { raw: mail.raw, position, requestId: drawId(), ...(prepared ? { prepared } : {}), ...(turn ? { turn } : {}) };
  if (mail.aside) {
    await receiver.setAside(mailbox, arrival, mail.aside);
    return false;
  }
  try {
    const { reason } = await receiver.receive(mailbox, arrival);
    return reason === null || mail.raw.length <= STRANGER_KEPT;
  } catch (error) {
    if (error instanceof Failure && PASSING.includes(error.class)) throw error;
    await receiver.setAside(mailbox, arrival, { reason: "failed", detail: "Crossdesk failed to handle the mail." });
    return true;
  }
}

const PASSING: readonly string[] = ["busy", "transient", "ambiguous"];
