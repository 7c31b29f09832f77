// The preferences of a request (RFC 7240).

/** The value of a preference, such as `minimal` of `return`; an empty text where it has none, null where it is not there. */
export function preference(header: string | string[] | undefined, wanted: string): string | null {
  if (header === undefined) return null;
  for (const part of String(header).split(",")) {
    const [name = "", value = ""] = (part.split(";")[0] ?? "").split("=").map((one) => one.trim());
    // The first one counts (section 2).
    if (name.toLowerCase() === wanted) return value.replace(/^"(.*)"$/, "$1");
  }
  return null;
}
