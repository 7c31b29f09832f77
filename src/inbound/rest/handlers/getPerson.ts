// GET /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { presentPerson } from "../site-parts.ts";

export const getPerson: Operation<"getPerson"> = {
  callers: ["ticketing", "administrator"],
  handle: async (call, services) => ({ status: 200, body: await presentPerson(call.path.person, services) }),
};
