// Where WSDLs lie: those partners call here, and those of partners' services.
import { fileURLToPath } from "node:url";
import type { Settings } from "../settings.ts";

/** The folder of the contracts, as set or the gateway's own. */
export function contractsFolder({ contracts }: Pick<Settings, "contracts">): string {
  return contracts || fileURLToPath(new URL("../../wsdl", import.meta.url));
}
