// Reads a site file: YAML, checked against the contract before anything is applied, so that a file and a call mean the same.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { Failure } from "./core/errors.ts";
import { checkBody, checkSingle, loadContract } from "./inbound/rest/contract.ts";
import { OPERATIONS } from "./inbound/rest/handlers/registry.ts";
import { fileError } from "./lib/file-error.ts";
import type { SiteDocument } from "./store/site-document.ts";

export const CONTRACT = fileURLToPath(new URL("../openapi/gateway.yaml", import.meta.url));

/** Gives the check of one operation's body: what is wrong with it, or null. */
export function checkAgainstContract(operationId: string): (body: unknown) => string | null {
  const contract = loadContract(CONTRACT, OPERATIONS);
  return (body) => {
    try {
      checkBody(contract, operationId, body);
      return null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.detail ?? error.message;
    }
  };
}

/** Reads and checks a site file; `-` reads standard input. Throws an error that names the file and what to correct. */
export function readSiteFile(path: string): SiteDocument {
  try {
    const document: unknown = parse(readFileSync(path === "-" ? 0 : path, "utf8")) ?? {};
    checkSingle(loadContract(CONTRACT, OPERATIONS), "applySite", document);
    return document as SiteDocument;
  } catch (error) {
    throw fileError(path === "-" ? "standard input" : path, error);
  }
}
