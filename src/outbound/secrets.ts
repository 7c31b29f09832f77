// Keeps secrets out of expressions and out of everything an operator may see: expressions work with markers, what is kept is masked.
import type { System } from "../store/outgoing.ts";
import type { Parcel } from "./ports.ts";
import { createChangeCheck } from "./render/changed.ts";
import { createMask, HIDDEN } from "./secrets-mask.ts";

export interface SecretKeeper {
  /** What stands for a secret until it is sent. */
  marker(name: string): string;
  /** Fills and masks for one System. */
  of(system: Pick<System, "secrets">): KeptSecrets;
}

export interface KeptSecrets extends ParcelSecrets {
  /** Says what is wrong when an expression has changed a marker instead of passing it on whole; null when none has. */
  changed(value: unknown): string | null;
}

type ParcelSecrets = Parcel["secrets"];

/** `nonce` must be unguessable, or a partner's text could ask for a secret; letters and digits. */
export function createSecretKeeper(nonce: string): SecretKeeper {
  const marker = (name: string): string => `secret-${nonce}-${Buffer.from(name).toString("hex")}-`;
  const anyMarker = new RegExp(`secret-${nonce}-[0-9a-f]*-`, "g");
  const make = (secrets: System["secrets"]): KeptSecrets => {
    const values = new Map(Object.entries(secrets).map(([name, value]) => [marker(name), value]));
    const mask = createMask(values.values());
    return {
      fill: (text) => (text.includes(nonce) ? text.replace(anyMarker, (found) => values.get(found) ?? "") : text),
      mask: (text) => mask(text.includes(nonce) ? text.replace(anyMarker, HIDDEN) : text),
      changed: createChangeCheck(nonce, [...values.keys()]),
    };
  };
  // Every delivery asks, and a System that changes comes as a new one.
  const made = new WeakMap<System["secrets"], KeptSecrets>();
  return {
    marker,
    of({ secrets }) {
      const known = made.get(secrets) ?? make(secrets);
      made.set(secrets, known);
      return known;
    },
  };
}
