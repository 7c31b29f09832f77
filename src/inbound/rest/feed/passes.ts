// Whether an event passes a filter of the feed: the same that the query asks of the database, for events that are read already. Pure.
import type { EventFilter, EventView } from "../../../store/views/types.ts";

export function passes(event: EventView, { types, direction, provider, task, test }: EventFilter): boolean {
  return (
    (test === "include" || event.test === (test === "only")) &&
    (types === undefined || types.includes(event.type)) &&
    (direction === undefined || event.direction === direction) &&
    (provider === undefined || event.provider === provider) &&
    (task === undefined || event.task?.number === task)
  );
}
