// Keeps one reader running for each mailbox of the site, and follows the site when it changes.
import type { Mailbox, Site } from "../../store/site.ts";
import type { Worker } from "../../lib/worker.ts";

export interface Mailboxes {
  /** Starts, restarts and stops readers so that they are those of `site`. */
  follow(site: Site): void;
  stop(): Promise<void>;
}

/** `start` begins reading one mailbox. */
export function createMailboxes(start: (mailbox: Mailbox) => Worker): Mailboxes {
  const running = new Map<string, { settings: string; worker: Worker }>();
  const ending = new Set<Promise<void>>();
  const end = (name: string): void => {
    const stopped = running.get(name)?.worker.stop();
    running.delete(name);
    if (stopped) ending.add(stopped.finally(() => ending.delete(stopped)));
  };
  return {
    follow(site) {
      for (const [name, { settings }] of running) {
        const mailbox = site.mailboxes.get(name);
        if (!mailbox?.host || JSON.stringify(mailbox) !== settings) end(name);
      }
      for (const mailbox of site.mailboxes.values()) {
        if (mailbox.host && !running.has(mailbox.name))
          running.set(mailbox.name, { settings: JSON.stringify(mailbox), worker: start(mailbox) });
      }
    },
    async stop() {
      for (const name of [...running.keys()]) end(name);
      await Promise.all(ending);
    },
  };
}
