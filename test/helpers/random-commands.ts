// Random commands of everybody, on few tasks and tickets, for the properties that hold for every sequence of them.
import fc from "fast-check";
import type { Command } from "../../src/core/commands/registry.ts";
import type { Caller } from "../../src/core/ports.ts";
import { ACME, GLOBEX, GROUPS, group, SHA256, TICKETING } from "./world.ts";

export const ALL_GROUPS = [
  ...GROUPS,
  group("patient", { provider: "globex", late: "keep" }),
  group("quiet", { provider: "acme", closureOnWithdrawal: false, restartWithoutReference: true }),
];

// Few names, so that commands meet the same tasks; now and then any text at all.
export const wild = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("__proto__", "constructor", "toString", " ", "\0"),
);
const few = (...names: string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: wild });
const number = few("K1", "K2", "K3");
const optional = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { freq: 3 });
const reference = optional(few("R1", "R2", "R3"));
const groupName = few(...ALL_GROUPS.map((one) => one.name));
const text = fc.oneof(fc.lorem({ maxCount: 3 }), wild);
const fields = fc.record({ subject: text, custom: fc.dictionary(wild, text, { maxKeys: 3, noNullPrototype: true }) });

const patches = {
  ...{ subject: text, description: optional(text), priority: optional(text) },
  custom: fc.option(fc.dictionary(wild, optional(text), { maxKeys: 3, noNullPrototype: true })),
};
const engineer = fc.option(
  fc.record({ person: optional(few("ada", "bob")), name: optional(text), phone: optional(text) }, { requiredKeys: [] }),
);
const time = few("2026-11-04T09:00:00+01:00", "2026-11-04T11:00:00+01:00", "2026-11-04T12:00:00Z", "2026-02-30T00:00:00Z");
const appointment = fc.option(fc.record({ from: time, until: time }, { requiredKeys: [] }));
const tags = fc.oneof(
  fc.nat({ max: 60 }).map((revision) => revision.toString(36)),
  fc.nat({ max: 60 }).map((revision) => `${revision.toString(36)}.0`),
);

/** Files of acme, of globex and of the desk, enough to be added more than once and to run out. */
export const FILES = [...Array(24).keys()].map((n) => `F${n}`);
export const ownerOf = (file: string): string | null => ["acme", "globex", null][Number(file.slice(1)) % 3] ?? null;
const file = {
  ...{ type: fc.constant("add_attachment" as const), attachment: few(...FILES), name: text, contentType: text },
  ...{ size: fc.constant(3), sha256: fc.constant(SHA256) },
};

export const fromProvider: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant("acknowledge" as const), task: optional(number), reference, message: optional(text) }),
  fc.record({ type: fc.constant("update_message" as const), task: optional(number), reference, message: optional(text) }),
  fc.record({ ...file, task: optional(number), reference }),
  fc.record({
    type: fc.constant("reassignment" as const),
    task: optional(number),
    reference,
    outcome: fc.constantFrom("solved" as const, "closed" as const, "returned" as const),
    solution: optional(text),
    reason: optional(text),
    resolvedAt: fc.option(fc.integer()),
  }),
);
const onTicket: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant("change_ticket" as const),
    ticket: few("T1", "T2"),
    patch: fc.record({ priority: optional(few("Low", "High")) }),
  }),
  fc.record({
    type: fc.constant("change_ticket" as const),
    ticket: few("T1", "T2"),
    patch: fc.record(
      {
        ...patches,
        status: few("open", "dispatched", "closed"),
        result: optional(text),
        requester: optional(text),
        engineer,
        appointment,
      },
      { requiredKeys: [] },
    ),
    ifMatch: fc.option(fc.array(tags, { maxLength: 3 })),
  }),
  fc.record({
    ...{ type: fc.constant("close_ticket" as const), ticket: few("T1", "T2"), closeTasks: fc.boolean() },
    ...{ status: optional(few("closed", "open")), reason: optional(text) },
  }),
  fc.record({ type: fc.constant("reopen_ticket" as const), ticket: few("T1", "T2"), reason: optional(text) }),
  fc.record({ type: fc.constant("add_ticket_message" as const), ticket: few("T1", "T2"), text }),
);
export const fromDesk: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant("create_ticket" as const), number: optional(few("T2", "T3")), fields }),
  fc.record({ type: fc.constant("create_task" as const), ticket: few("T1"), number: optional(number), group: groupName, fields }),
  { weight: 3, arbitrary: onTicket },
  fc.record({
    type: fc.constant("change_task" as const),
    task: number,
    patch: fc.record(patches, { requiredKeys: [] }),
    ifMatch: fc.option(fc.array(tags, { maxLength: 3 })),
  }),
  fc.record({ type: fc.constant("assign_task" as const), task: number, group: groupName }),
  fc.record({
    type: fc.constant("add_message" as const),
    task: number,
    text,
    visibility: fc.constantFrom("internal" as const, "provider" as const),
  }),
  fc.record({ ...file, task: number, visibility: fc.constantFrom("internal" as const, "provider" as const) }),
  fc.record({ type: fc.constant("decline_solution" as const), task: number, reason: optional(text) }),
  fc.record({ type: fc.constant("close_task" as const), task: number, reason: optional(text) }),
);

/** A message and its sender; one in ten comes from somebody who may not send it. */
export const message: fc.Arbitrary<[Caller, Command]> = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(fc.constantFrom<Caller>(ACME, GLOBEX), fromProvider) },
  { weight: 9, arbitrary: fc.tuple(fc.constant<Caller>(TICKETING), fromDesk) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom<Caller>(ACME, TICKETING), fc.oneof(fromProvider, fromDesk)) },
);
