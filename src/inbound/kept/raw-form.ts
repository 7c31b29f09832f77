// The form in which a message is kept beside its event, or for whoever looks for it later: bounded, without credentials.
import type { MessageAbout, RawForm } from "../../core/messages.ts";
import type { Masked } from "./mask.ts";

/** Makes the form in which a message is kept; undefined where none is. */
export type KeepRaw = (about: MessageAbout, masked: Masked) => RawForm;

/** `limitBytes` is the most that is kept of one message; with 0 nothing but what is known about it. */
export function createKeepRaw(limitBytes: number): KeepRaw {
  return (about, { bytes, masked }) => {
    const isCut = bytes.length > limitBytes;
    return {
      about: isCut || masked ? { ...about, ...(masked ? { masked } : {}), ...(isCut ? { keptBytes: limitBytes } : {}) } : about,
      text: (isCut ? bytes.subarray(0, limitBytes) : bytes).toString("latin1"),
      bytes: bytes.length,
    };
  };
}
