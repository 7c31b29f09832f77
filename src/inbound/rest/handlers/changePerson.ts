// PATCH /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { merged, presentPerson, write } from "../site-parts.ts";

export const changePerson: Operation<"changePerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const id = call.path.person;
    const patch = async () => ({ persons: [{ ...merged(await presentPerson(id, services), call.json), id }] });
    await write(patch, call.visit, services);
    return { status: 200, body: await presentPerson(id, services) };
  },
};
