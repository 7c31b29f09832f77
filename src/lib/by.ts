// In whose name an administrative change is made, as the audit log keeps it.

/** `who` is the id of a credential, or what no id can be: a text with a space in it, for what came without one. */
export interface By {
  who: string;
  /** Address of the client, after trusted proxies. */
  address: string | null;
  requestId: string | null;
}

/** Somebody who can run commands on the machine, straight on the database. */
export const COMMAND_LINE: By = { who: "command line", address: null, requestId: null };

/** What the gateway sets up by itself when it starts: the first key, its site file, the demonstration. */
export const AT_START: By = { who: "gateway start", address: null, requestId: null };
