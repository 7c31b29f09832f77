// POST /v1/mappings/{mapping}/tests
import type { MappingTest } from "../../../outbound/operator.ts";
import { mappingTestJson } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const testMapping: Operation = {
  callers: ["administrator"],
  async handle(call, { interfaces, testing }) {
    const result = await testing(() => interfaces.operator.testMapping(call.path.mapping ?? "", call.json as MappingTest));
    return { status: 200, body: mappingTestJson(result), task: result.task, event: result.event.id };
  },
};
