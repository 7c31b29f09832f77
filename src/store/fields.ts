// Stand-ins for wide fields that were not loaded because nothing in the batch can change them.
import type { TaskFields } from "../core/task.ts";

export const EMPTY_TASK_FIELDS: TaskFields = {
  subject: "",
  description: null,
  priority: null,
  solution: null,
  resolvedAt: null,
  custom: {},
};
