// Builds what waits at the head of the feed, woken by every commit of this process and told of every change of the site.
import type { AppOptions } from "../app.ts";
import { createFeed, type Feed } from "../inbound/rest/feed/feed.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import type { Store } from "../store/store.ts";

/** Looks around until its tail is stopped. */
export function followFeed({ log, clock }: Pick<AppOptions, "log"> & { clock: Clock }, store: Store): Feed {
  const feed = createFeed({
    ...{ views: store.views, clock },
    onError: (error) => log("warn", "feed.unread", { error: errorText(error) }),
  });
  store.onCommit(feed.tail.wake);
  store.onSite(feed.tail.checkAll);
  return feed;
}
