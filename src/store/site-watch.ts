// The site as this process knows it, read again whenever another version was written. One look follows another: of two at the same
// time the slower could put an older site back.
import type { Site } from "./site.ts";

/** Where the site is read from. */
export interface SiteSource {
  version(): Promise<number>;
  read(): Promise<Site>;
}

export interface SiteWatch {
  site(): Site;
  /** Looks now: what was written before the call is seen after it. */
  refresh(): Promise<void>;
  /** Calls `listener` whenever another version was read. */
  onSite(listener: (site: Site) => void): void;
}

/** Begins with the site as it was read first. */
export function watchSite(first: Site, source: SiteSource): SiteWatch {
  let site = first;
  const listeners: ((site: Site) => void)[] = [];
  const look = async (): Promise<void> => {
    if ((await source.version()) === site.version) return;
    site = await source.read();
    for (const listener of listeners) listener(site);
  };
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  const lookAfter = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    next = null;
    await look();
  };
  return {
    site: () => site,
    // Whoever asks while a look is under way shares the one after it.
    refresh: () => (next ??= last = lookAfter(last)),
    onSite: (listener) => void listeners.push(listener),
  };
}
