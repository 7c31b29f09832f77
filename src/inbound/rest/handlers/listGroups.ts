// GET /v1/groups
import type { Operation } from "../operation.ts";
import { groupJson } from "../site-parts.ts";

export const listGroups: Operation<"listGroups"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { site }) {
    const { after = "", limit = 50 } = call.query;
    const all = [...site().groups.values()].filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
    const groups = all.slice(0, limit).map(groupJson);
    const next = all.length > limit ? (groups.at(-1)?.name ?? null) : null;
    return { status: 200, body: { groups, next }, next };
  },
};
