// DELETE /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { checkMatch, gone, presentPerson, write } from "../site-parts.ts";

export const removePerson: Operation<"removePerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const { person } = call.path;
    const document = async () => {
      checkMatch(call, await presentPerson(person, services));
      return { remove: { persons: [person] } };
    };
    return gone(await write(document, call.visit, services));
  },
};
