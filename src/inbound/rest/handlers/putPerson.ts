// PUT /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { checkMatch, presentPerson, putStatus, write } from "../site-parts.ts";

export const putPerson: Operation<"putPerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const id = call.path.person;
    const document = async () => {
      checkMatch(call, await services.persons.one(id));
      return { persons: [{ ...call.json, id }] };
    };
    const changes = await write(document, call.visit, services);
    return { status: putStatus(changes), body: await presentPerson(id, services) };
  },
};
