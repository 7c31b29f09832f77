// Before tests (or `bench`): installs the Debian packages that are missing, where it may. Where it may not, it says so and
// goes on: the tests that need them are skipped, and the closing block of the run names them. Never fails by itself.
import { installBar, installPrograms, missingPrograms } from "./packages.js";

const use = process.argv[2] === "bench" ? "bench" : "test";
const missing = missingPrograms(use);

if (missing.length > 0) {
  const names = missing.flatMap((program) => program.packages).join(" ");
  const bar = installBar();
  if (bar === null) {
    console.log(`Installing Debian packages, once: ${names} ...`);
    const failed = installPrograms(missing);
    if (failed !== null) console.error(`They could not be installed:\n${failed}`);
  } else {
    console.error(
      `Missing Debian packages: ${names} (${bar}). To install them: apt-get install --no-install-recommends ${names}`,
    );
  }
}
