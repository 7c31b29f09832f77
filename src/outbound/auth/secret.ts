// Takes a secret of a System by its name. What is missing or unfit is told by the name, never by the value.
import type { Verdict } from "../classify.ts";
import type { System } from "../../store/outgoing.ts";

/** The secret, or undefined when the System has none of this name. */
export function secretOf({ secrets }: Pick<System, "secrets">, name: string): string | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined;
}

/** The end of a try whose authentication is set up wrongly. */
export function misconfigured(code: string, detail: string): { failed: Verdict } {
  return { failed: { class: "permanent", code, detail, retryAfterMs: null } };
}

/** The end of a try whose secret is not there. */
export function missing(name: string): { failed: Verdict } {
  return misconfigured("missing_secret", `The System has no secret named ${name}.`);
}
