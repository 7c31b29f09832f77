// PATCH /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { checkMatch, merged, presentPerson, write } from "../site-parts.ts";

export const changePerson: Operation<"changePerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const id = call.path.person;
    const document = async () => {
      const present = await presentPerson(id, services);
      checkMatch(call, present);
      return { persons: [{ ...merged(present, call.json), id }] };
    };
    await write(document, call.visit, services);
    return { status: 200, body: await presentPerson(id, services) };
  },
};
