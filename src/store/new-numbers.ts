// The numbers of what is new: those a batch has to make, by the site's formats.
import type { SelectShape, Session } from "./db.ts";

interface Formats {
  formats: { ticket: string; task: string };
}

/** The numbers given to what is new; null asks for one to be made. */
interface New {
  newTickets: readonly (string | null)[];
  newTasks: readonly (string | null)[];
}

/** Draws the numbers that new tickets and tasks of this batch will need, passing over those the desk has used itself. */
export async function makeNumbers(session: Session, { newTickets, newTasks }: New, context: Formats) {
  const ticket = await drawNumbers(session, "ticket", asked(newTickets), context);
  return { ticket, task: await drawNumbers(session, "task", asked(newTasks), context) };
}

interface Asked {
  /** How many numbers must be made. */
  count: number;
  /** The numbers that units of this batch bring themselves. */
  own: ReadonlySet<string>;
}

/** A number of white space alone is one to be made. */
function asked(numbers: readonly (string | null)[]): Asked {
  const given = numbers.map((one) => one?.trim() ?? "");
  return { count: given.filter((one) => one === "").length, own: new Set(given) };
}

const NUMBERS: Record<"ticket" | "task", SelectShape> = {
  ticket: { table: "tickets", columns: ["number"], by: ["number"] },
  task: { table: "tasks", columns: ["number"], by: ["number"] },
};

async function drawNumbers(
  session: Session,
  kind: "ticket" | "task",
  { count, own }: Asked,
  { formats }: Formats,
): Promise<string[]> {
  const free: string[] = [];
  while (free.length < count) {
    const missing = count - free.length;
    const last = await session.raise(`${kind}_number`, missing);
    const drawn = Array.from({ length: missing }, (_, index) => formats[kind].replace("{n}", String(last - missing + 1 + index)));
    const keys = drawn.map((one) => [one]);
    const taken = new Set((await session.select<{ number: string }>(NUMBERS[kind], keys)).map((row) => row.number));
    free.push(...drawn.filter((one) => !taken.has(one) && !own.has(one)));
  }
  return free;
}
