// POST /v1/mappings/{mapping}/tests
import type { MappingTest } from "../../../outbound/operator.ts";
import { mappingTestJson } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";
import type { BodyOf } from "../typed.ts";

export const testMapping: Operation<"testMapping"> = {
  callers: ["administrator"],
  async handle(call, { interfaces, testing }) {
    const result = await testing(() => interfaces.operator.testMapping(call.path.mapping, testOf(call.json)));
    return { status: 200, body: mappingTestJson(result), task: result.task, event: result.event.id };
  },
};

/** The contract lets exactly one of the two addresses through. */
function testOf({ sendTo, ...about }: BodyOf<"testMapping">): MappingTest {
  if (sendTo === undefined) return about;
  const { url, email = "" } = sendTo;
  return { ...about, sendTo: url === undefined ? { email } : { url } };
}
