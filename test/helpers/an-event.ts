// An event as the views give it: a message of a provider on its task.
import { EMPTY_TICKET } from "../../src/core/apply.ts";
import type { EventView } from "../../src/store/views/types.ts";

export const EVENT: EventView = {
  position: 7,
  id: "e-7",
  kind: "task",
  type: "task.message",
  at: 1_762_171_500_000,
  requestType: "Update",
  direction: "Out",
  app: "TaskUpdateMessage",
  channel: "rest",
  provider: "acme",
  process: { id: "e-7", name: "acme-update" },
  late: false,
  message: { text: "hello", visibility: "provider" },
  attachment: null,
  reason: null,
  closedByProvider: false,
  task: {
    number: "T-1",
    status: "acknowledged",
    group: "acme-field",
    provider: "acme",
    reference: "A-1",
    subject: "s",
    description: null,
    priority: null,
    solution: null,
    resolvedAt: 1_762_171_500_000,
    custom: {},
  },
  ticket: { ...EMPTY_TICKET, number: "K-1", status: "open", subject: "s" },
  changed: [],
  ...{ alert: null, test: false },
};
