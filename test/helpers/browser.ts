// A real browser for tests of pages: Debian's, driven without any download. Never leaves this machine.
import { type Browser, chromium } from "playwright-core";
import { program } from "./packages.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Starts the browser without a window; ask `lacking("chromium")` first. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program("chromium"), args: FLAGS, chromiumSandbox: false });
}
