// Random stories of one task, as data: what the provider says and what the desk does, in any order, sense or nonsense.
import fc from "fast-check";

/** What the provider acme says in one step. `twice` sends it again at once, as after a lost answer. */
export interface Said {
  by: "provider";
  say: "acknowledge" | "update" | "solve" | "close" | "return";
  text: string;
  /** Whether a reference never used before is given. */
  newReference: boolean;
  /** Names the task by the reference alone, where one is known and the channel can. */
  byReference: boolean;
  twice: boolean;
}

/** What ticketing does in one step, always over REST. */
export interface Done {
  by: "desk";
  act: "decline" | "message" | "note" | "assign" | "close";
  group: string;
  text: string;
}

export interface Script {
  group: string;
  steps: readonly (Said | Done)[];
}

const text = fc
  .array(fc.string({ unit: "grapheme", maxLength: 40 }), { minLength: 1, maxLength: 3 })
  .map((lines) => lines.join("\n").trim());
/** A group of acme whose messages are kept when they come too late. */
export const LATE_GROUP = "acme-hall";

const groups = ["service-desk", "second-line", "acme-field", LATE_GROUP, "globex-net"];
const said: fc.Arbitrary<Said> = fc.record({
  by: fc.constant("provider"),
  say: fc.constantFrom("acknowledge", "update", "solve", "close", "return"),
  text,
  newReference: fc.boolean(),
  byReference: fc.boolean(),
  twice: fc.boolean(),
});
const done: fc.Arbitrary<Done> = fc.record({
  by: fc.constant("desk"),
  act: fc.constantFrom("decline", "message", "note", "assign", "close"),
  group: fc.constantFrom(...groups),
  text,
});

/** Random stories of one task: provider and ticketing in any order, sense or nonsense. */
export const scripts: fc.Arbitrary<Script> = fc.record({
  group: fc.constantFrom("acme-field", LATE_GROUP),
  steps: fc.array(fc.oneof({ weight: 3, arbitrary: said }, { weight: 2, arbitrary: done }), { minLength: 3, maxLength: 14 }),
});
