// The clients of other makers that send a UsernameToken. A new one is a row of the list.
import type { Program } from "../../../scripts/packages.js";

export interface TokenClient {
  name: string;
  /** Stands in the names of the wire cases made from its requests. */
  short: string;
  needs: Program["name"] | null;
  program: string;
  /** Beside this one. Its arguments: address of the WSDL, user, password, task, SOAP version, text or digest. */
  file: string;
}

export const TOKEN_CLIENTS: readonly TokenClient[] = [
  { name: "PHP SoapClient", short: "php", needs: "php", program: "php", file: "with_token.php" },
  { name: "Python zeep", short: "zeep", needs: "zeep", program: "/usr/bin/python3", file: "with_token.py" },
  { name: "Node soap", short: "node-soap", needs: null, program: process.execPath, file: "with_token.ts" },
];
