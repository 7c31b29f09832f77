// Finds the names a mistyped one may have meant.

const MOST_NAMES = 3;
const MOST_LENGTH = 120;

/** Up to three of `known` that differ least from `name`, as words for a message; empty when none is near. */
export function nearestWords(name: string, known: Iterable<string>): string {
  const found = nearest(name, known);
  return found.length === 0 ? "" : ` Did you mean ${found.map((one) => `"${one}"`).join(" or ")}?`;
}

function nearest(name: string, known: Iterable<string>): string[] {
  const wanted = name.slice(0, MOST_LENGTH).toLowerCase();
  const most = Math.max(2, Math.ceil(wanted.length / 3));
  const ranked = [...known].map((one) => ({ one, distance: difference(wanted, one.slice(0, MOST_LENGTH).toLowerCase()) }));
  return ranked
    .filter((rank) => rank.distance <= most)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST_NAMES)
    .map((rank) => rank.one);
}

/** A name that was left unfinished is nearly the whole one. */
function difference(one: string, other: string): number {
  return one.length > 2 && other.startsWith(one) ? 1 : distance(one, other);
}

/** Edits between two words (Levenshtein), in one row of the table at a time. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const change = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
