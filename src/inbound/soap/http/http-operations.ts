// Which operations can be called by HTTP GET and form POST, and how they look there: parameters that are single plain values, and one
// plain result or none. The others are not offered there, as ASMX does not offer them.
import type { HttpOperation } from "../publish/http-description.ts";
import type { Parameter } from "../contract/layout.ts";
import type { Particle } from "../contract/schema.ts";
import { VALUE_TYPES } from "../types/values.ts";
import type { Signature } from "../contract/wsdl.ts";

/** The operation as GET and POST have it, or null where its parameters or its answer have no place there. */
export function httpOperation({ name, documentation, request, response }: Signature): HttpOperation | null {
  const isFlat = [...request.root.members.values()].every((member) => member.type !== null);
  if (!isFlat || !request.parameters.every(isPlain)) return null;
  const [result = null, more] = response.members;
  if (more !== undefined || (result !== null && !isResult(result))) return null;
  const parameters = request.parameters.map((one) => one.name);
  return { name, documentation, parameters, result: result?.type?.name ?? null };
}

function isPlain({ type, many }: Parameter): boolean {
  return !many && type.kind !== "bytes";
}

/** A type of the contract's own has no element of its name that could carry it alone. */
function isResult({ type, most }: Particle): boolean {
  return type !== null && most <= 1 && type.kind !== "bytes" && VALUE_TYPES.includes(type);
}
