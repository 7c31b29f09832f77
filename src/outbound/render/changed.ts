// Finds what is left of a secret's marker that an expression, or a field limit, has changed: it can no more be filled in, and a
// partner who gets to know the nonce could ask for secrets. It never sees a secret.

/** What an operator is told of it. */
export const SECRET_CHANGED =
  "A secret was changed or cut. Secrets cannot be changed in expressions nor cut by field limits: " +
  'use them whole, such as "Bearer " & secrets.token, or in the auth of the API definition.';

/** Shorter fragments are not looked for: they stand in texts by chance, and leave the nonce unguessable. */
const FRAGMENT = 10;
/** So much of a fragment has to be of the nonce. */
const OF_NONCE = 3;
/** Three groups of base64; where they begin in the nonce depends on what stands before. */
const PACKED_BYTES = 9;

/**
 * Makes a check for values that hold nothing of `markers` but the whole of them; it gives the words for an operator, or null.
 * Every marker has the `nonce` in it, in which case makes no difference. Fragments are known in any case and in base64. Time is
 * linear in the value.
 */
export function createChangeCheck(nonce: string, markers: readonly string[]): (value: unknown) => string | null {
  if (markers.length === 0) return () => null;
  const whole = new RegExp(anyOf(markers), "g");
  const fragment = new RegExp(anyOf([...markers.flatMap((one) => fragmentsOf(one, nonce)), ...packedFragments(nonce)]), "i");
  return (value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return fragment.test(text) && fragment.test(text.replace(whole, " ")) ? SECRET_CHANGED : null;
  };
}

function anyOf(texts: readonly string[]): string {
  return [...new Set(texts)].map((one) => RegExp.escape(one)).join("|");
}

/** Every stretch of a marker that is as long as a fragment and has enough of the nonce. */
function fragmentsOf(marker: string, nonce: string): string[] {
  const from = marker.indexOf(nonce);
  const first = Math.max(0, from + OF_NONCE - FRAGMENT);
  const last = Math.min(marker.length - FRAGMENT, from + nonce.length - OF_NONCE);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    marker.slice(first + index, first + index + FRAGMENT),
  );
}

function packedFragments(nonce: string): string[] {
  const count = Math.max(0, nonce.length - PACKED_BYTES + 1);
  return Array.from({ length: count }, (_, at) => Buffer.from(nonce.slice(at, at + PACKED_BYTES)).toString("base64"));
}
