// After a take-over the numbers made here go on behind those that came.
import type { ImportRecord } from "../core/import-record.ts";
import type { Store } from "../store/store.ts";

/** Gives the function that looks through the records for numbers of the form made here. */
export function passOverNumbers({ passOver }: Pick<Store, "passOver">): (records: readonly ImportRecord[]) => Promise<void> {
  return async (records) => {
    for (const kind of ["ticket", "task"] as const) {
      const numbers = records.filter((one) => one.kind === kind).map((one) => one.number);
      if (numbers.length > 0) await passOver(kind, numbers);
    }
  };
}
