// The default contract with what is off in it switched on, in a folder of its own: off is the default, and stays so in the gateway's
// folder.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const DEFAULT = fileURLToPath(new URL("../../wsdl/", import.meta.url));

export interface ContractsFolder {
  folder: string;
  remove(): void;
}

interface Table {
  operations: Record<string, object>;
}

/** Makes the folder; `rules` go into the binding table beside the operations. */
export function contractsWithHttp(rules: object = { http: { get: true, post: true } }): ContractsFolder {
  return contractsWith((table) => ({ ...rules, ...table }));
}

/** Makes the folder with the operation for files offered. */
export function contractsWithFiles(rules: object = {}): ContractsFolder {
  return contractsWith(({ operations }) => {
    const { [FILES]: entry } = operations;
    return { ...rules, operations: { ...operations, [FILES]: { ...entry, offered: true } } };
  });
}

const FILES = "ProcessInstanceTaskExternalAttachment";

function contractsWith(change: (table: Table) => object): ContractsFolder {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-contracts-"));
  cpSync(path.join(DEFAULT, "WorkflowService.wsdl"), path.join(folder, "WorkflowService.wsdl"));
  const table: Table = JSON.parse(readFileSync(path.join(DEFAULT, "WorkflowService.binding.json"), "utf8"));
  writeFileSync(path.join(folder, "WorkflowService.binding.json"), JSON.stringify(change(table)));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
