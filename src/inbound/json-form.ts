// Where the JSON stands that is made of the REST contract, which is written in YAML.

/** The JSON form of a contract (`scripts/contract-types.ts` makes it): to read YAML of this length takes half a second. */
export function jsonForm(path: string): string {
  return path.replace(/\.yaml$/, ".json");
}
