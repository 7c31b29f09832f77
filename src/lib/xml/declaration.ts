// The XML declaration (XML 1.0, 2.8): only at the very beginning, only for version 1.0, its parts in their order.
import type { Cursor } from "./cursor.ts";

/** Productions [23] to [26], [32] and [80]. Each part can match in one way only, so time is linear in what is matched. */
const DECLARATION = new RegExp(
  [
    "<\\?xml",
    "S+versionS*=S*(?:'1\\.0'|\"1\\.0\")",
    "(?:S+encodingS*=S*(?:'N'|\"N\"))?",
    "(?:S+standaloneS*=S*(?:'(?:yes|no)'|\"(?:yes|no)\"))?",
    "S*\\?>",
  ]
    .join("")
    .replaceAll("S", "[ \\t\\r\\n]")
    .replaceAll("N", "[A-Za-z][A-Za-z0-9._-]*"),
  "y",
);

/** Steps over the declaration, if there is one. One that is wrong stays, and is then an instruction of a forbidden name. */
export function takeDeclaration(cursor: Cursor): void {
  DECLARATION.lastIndex = cursor.at;
  if (DECLARATION.test(cursor.source)) cursor.at = DECLARATION.lastIndex;
}
