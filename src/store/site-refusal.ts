// How a site document is refused: the place, what is wrong there and what to do. Never repeats a value that may be a secret.
import { Failure } from "../core/errors.ts";

/** Throws `invalid_request` for the thing named by `where`, such as `group acme-field`. */
export function wrong(where: string, what: string): never {
  throw new Failure("invalid_request", `${where}: ${what}.`);
}

const SITE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Throws unless `name` can be a name of the site. What every object has, such as `constructor`, cannot. */
export function checkName(where: string, name: string): void {
  if (name in Object.prototype) wrong(where, "this name is reserved");
  if (!SITE_NAME.test(name))
    wrong(where, "a name has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit");
}

/** Throws when two things of a list have one name, of which only the second would stay. */
export function checkOnce(kind: string, things: readonly { name: string }[] = []): void {
  const names = things.map((one) => one.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) wrong(`${kind} ${twice}`, "it stands in the document twice");
}

/** Throws unless `value` is a whole number in the range. */
export function checkRange(where: string, name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most)
    wrong(where, `${name} is a whole number from ${least} to ${most}`);
}

/** Whether a host is this very machine, the only one that may be spoken to without TLS where passwords go over the wire. */
export function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}
