// Packages that most processes never need are loaded by the first call that needs one: a gateway starts faster without them.
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** Gives the package when it is called. Its type, told as the `typeof` of an `import`, is where readers and checks find what is used. */
export function lazily<T extends object>(name: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load(name) as T);
}
