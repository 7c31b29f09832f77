// Cuts what comes through a channel into lines, bounded.

/** Makes a reader that calls `onLine` for every whole line, and `onExcess` once when one is longer than `most` characters. */
export function createLineReader(most: number, onLine: (line: string) => void, onExcess: () => void): (chunk: string) => void {
  let rest = "";
  let over = false;
  return (chunk) => {
    if (over) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    over = rest.length > most || lines.some((line) => line.length > most);
    for (const line of lines) if (line.length <= most) onLine(line);
    if (over) onExcess();
  };
}
