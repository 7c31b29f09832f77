// PUT /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { presentPerson, putStatus, write } from "../site-parts.ts";

export const putPerson: Operation<"putPerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const id = call.path.person;
    const changes = await write({ persons: [{ ...call.json, id }] }, call.visit, services);
    return { status: putStatus(changes), body: await presentPerson(id, services) };
  },
};
