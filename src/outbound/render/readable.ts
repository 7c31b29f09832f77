// Finds what the process of expressions has to read in order to start. It must name no more than that.
import { existsSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
/** More links than any system follows on the way to a file. */
const MOST_LINKS = 40;

/**
 * These sources and the packages they use, by the paths Node asks for: the one it looks at, each link on the way, and where they
 * lead. Throws when a package is not there.
 */
export function readablePaths(): string[] {
  const packages = ["jsonata", "liquidjs", "saxes"].map((name) => packageFolder(name, HERE));
  const nested = packageFolder("xmlchars", packages.at(-1)?.real ?? "");
  const folders = [...packages, nested].flatMap(({ real, asked }) => [real, ...wayTo(asked)]);
  // Sorted: Node 26 forgets a folder that it is told of after one inside it.
  return [...new Set([HERE, path.resolve(HERE, "../../../package.json"), ...folders])].sort();
}

interface PackageFolder {
  real: string;
  /** Where it is found by its name. */
  asked: string;
}

/** The folder of a package that sources in `from` use. */
function packageFolder(name: string, from: string): PackageFolder {
  const { resolve } = createRequire(path.join(from, "package.json"));
  const real = path.dirname(resolve(`${name}/package.json`));
  const places = resolve.paths(name)?.map((one) => path.join(one, name)) ?? [];
  return { real, asked: places.find((one) => existsSync(one)) ?? real };
}

/** A path, and the links on the way from it to where it really is. */
function wayTo(asked: string): string[] {
  const way = [asked];
  for (let at = asked, link = firstLink(at); link && way.length <= MOST_LINKS; link = firstLink(at)) {
    way.push(link.path);
    at = path.resolve(path.dirname(link.path), link.target, path.relative(link.path, at));
  }
  return way;
}

function firstLink(whole: string): { path: string; target: string } | null {
  const parts = whole.split(path.sep);
  for (let count = 2; count <= parts.length; count++) {
    const part = parts.slice(0, count).join(path.sep);
    try {
      return { path: part, target: readlinkSync(part) };
    } catch {
      // It is no link.
    }
  }
  return null;
}
