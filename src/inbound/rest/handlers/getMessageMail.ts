// GET /v1/messages/{messageId}/mail: what a kept mail says.
import type { Operation } from "../operation.ts";

export const getMessageMail: Operation<"getMessageMail"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { desk }) {
    const { isCut, tags, files, leadsTo, ...look } = await desk.look(call.path.messageId);
    const commands = [...leadsTo.commands];
    return {
      status: 200,
      body: { ...look, textCut: isCut, tags: [...tags], files: [...files], leadsTo: { ...leadsTo, commands } },
    };
  },
};
