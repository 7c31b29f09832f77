// GET /v1/persons
import type { Operation } from "../operation.ts";

export const listPersons: Operation<"listPersons"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { persons }) {
    const page = await persons.list({ limit: 50, ...call.query });
    return { status: 200, body: { persons: page.items, next: page.next }, next: page.next };
  },
};
