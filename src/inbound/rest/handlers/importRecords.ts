// POST /v1/imports
import { importRecords as take } from "../../../core/importing.ts";
import type { Operation } from "../operation.ts";

export const importRecords: Operation<"importRecords"> = {
  callers: ["administrator"],
  limitBytes: 16 * 1024 * 1024,
  async handle(call, { door, importing, passOver }) {
    const { tickets = [], tasks = [], update = false, dryRun: trial = false } = call.json;
    const results = await importing(() => take({ door, caller: call.visit.caller, update, trial }, [...tickets, ...tasks]));
    if (!trial) await passOver([...tickets, ...tasks]);
    return { status: 200, body: { results } };
  },
};
