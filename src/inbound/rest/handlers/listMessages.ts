// GET /v1/messages
import { messageJson } from "../json-messages.ts";
import type { Operation } from "../operation.ts";

export const listMessages: Operation<"listMessages"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { messages }) {
    const page = await messages.search({ limit: 50, ...call.query });
    return { status: 200, body: { tasks: page.tasks, messages: page.items.map(messageJson), next: page.next } };
  },
};
