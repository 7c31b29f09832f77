// An event, a System and the input they make, as the tests of rendering use them.
import { EMPTY_TICKET } from "../../../src/core/apply.ts";
import { makeRenderInput } from "../../../src/outbound/input.ts";
import type { RenderInput } from "../../../src/outbound/ports.ts";
import { DEFAULT_DELIVERY, type System } from "../../../src/store/outgoing.ts";
import type { EventView } from "../../../src/store/views/types.ts";

export const TASK: NonNullable<EventView["task"]> = {
  ...{ number: "T-1042", status: "assigned", group: "Printers North", provider: "northwind", reference: "INC0042" },
  ...{ subject: "Replace the drum", description: "Spare part on site", priority: "High", solution: null },
  ...{ resolvedAt: Date.UTC(2026, 2, 2, 14, 5), custom: { Room: "3.17", "Asset tag": "P-77" } },
};

export const TICKET: NonNullable<EventView["ticket"]> = {
  ...EMPTY_TICKET,
  ...{
    status: "open",
    number: "S-2207",
    subject: "Printer on floor 3",
    description: null,
    priority: "Low",
    requester: "Ana Lima",
  },
  custom: { Site: "Berlin" },
};

/** A Submit Request, changed as wanted. */
export function someEvent(change: Partial<EventView> = {}): EventView {
  return {
    ...{ position: 7, id: "e-1", kind: "task", type: "task.assigned", at: Date.UTC(2026, 2, 1, 8, 30) },
    ...{ requestType: "Submit Request", direction: "Out", app: "TaskAssignment", channel: "rest", provider: "northwind" },
    ...{ process: { id: "p-1", name: "Hand over" }, late: false, message: null, attachment: null, changed: [] },
    ...{ reason: null, closedByProvider: false },
    ...{ task: TASK, ticket: TICKET, alert: null, test: false },
    ...change,
  };
}

/** A System, changed as wanted. */
export function someSystem(change: Partial<System> = {}): System {
  return {
    ...{ name: "northwind desk", active: true, description: "", provider: "northwind", unrestricted: true, groups: [] },
    ...{ projects: [], properties: { caller: "desk-7" }, secrets: { token: "t0p" }, apis: {}, limits: {} },
    values: {
      priority: [
        ["High", "1"],
        ["Low", "3"],
      ],
    },
    delivery: DEFAULT_DELIVERY,
    ...change,
  };
}

/** The input of an event towards the System. */
export function someInput(change: Partial<EventView> = {}, system: Partial<System> = {}): RenderInput {
  return makeRenderInput(someEvent(change), someSystem(system), (name) => `marker-${name}-`);
}

/** The input of a task and ticket with this subject. */
export function withSubject(subject: string): RenderInput {
  return someInput({ task: { ...TASK, subject }, ticket: { ...TICKET, subject } });
}
