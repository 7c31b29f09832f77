// The contracts of a folder, each at a path of its own. Never starts with fewer than the operator meant.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { type Contract, loadByTable, TABLE } from "./contract.ts";

/** Loads every contract of a folder: each WSDL that has a binding table beside it. Throws for two at one path. */
export function loadContracts(folder: string, namespace: string): readonly Contract[] {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder} for SOAP contracts`);
  const names = tablesIn(folder);
  const loaded = names.sort().map((name) => loadByTable(path.join(folder, name), namespace));
  for (const [index, { contract, table }] of loaded.entries()) {
    const at = loaded.findIndex((one) => overlap(one.contract.path, contract.path));
    if (at < index)
      throw table.get("path").wrong(`${contract.path} is at or below that of ${names[at]}, or the other way; give it another`);
  }
  return loaded.map(({ contract }) => contract);
}

/** Names of the tables. A name that is nearly one, or a folder without any, would leave partners without their service. */
function tablesIn(folder: string): string[] {
  const files = readdirSync(folder);
  const nearly = files.find((name) => /binding.*\.json$/i.test(name) && !name.endsWith(TABLE));
  if (nearly !== undefined) throw new Error(`${path.join(folder, nearly)}:1: a table is named <WSDL's name>${TABLE}`);
  const names = files.filter((name) => name.endsWith(TABLE));
  if (names.length === 0) throw new Error(`the folder ${folder} has no contract: a WSDL and beside it its table, <name>${TABLE}`);
  return names;
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [`${one}/`.toLowerCase(), `${other}/`.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}
