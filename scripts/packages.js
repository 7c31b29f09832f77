// The programs outside npm that tests and measurements use, how to see whether they are there, and how to install them.
// Runs on any Node from 18 on and never imports a package. It installs nothing by itself: prepare-tests.js calls it.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Where Debian keeps daemons, often not in the search path of a user. */
const FOLDERS = [...(process.env.PATH ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
const POLICY = "/usr/sbin/policy-rc.d";
const POLICY_TEXT =
  "#!/bin/sh\n# Made by the Crossdesk test set-up: no service starts while its packages are installed.\nexit 101\n";
const MOST_INSTALL_MS = 10 * 60_000;

/** Full path of a program, or null. */
export function findProgram(name) {
  for (const folder of FOLDERS) {
    const file = `${folder || "."}/${name}`;
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function _isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function succeeds(program, args) {
  const file = findProgram(program);
  return file !== null && spawnSync(file, args, { stdio: "ignore", timeout: 20_000 }).status === 0;
}

const PHP_LOADED = 'exit(extension_loaded("soap") && extension_loaded("xml") ? 0 : 1);';
/** Debian's own Python: another one in front of it in the search path would not see Debian's packages. */
function hasModule(name) {
  const code = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`;
  return spawnSync("/usr/bin/python3", ["-c", code], { stdio: "ignore" }).status === 0;
}

const hasPrograms = (...names) => names.every((name) => findProgram(name) !== null);

/** Each program by the name tests ask for, with its Debian packages. `use` tells which command needs it. */
export const PROGRAMS = [
  {
    name: "mariadb",
    use: "test",
    packages: ["mariadb-server"],
    isThere: () => findProgram("mariadbd") !== null && findProgram("mariadb-install-db") !== null,
  },
  { name: "dovecot", use: "test", packages: ["dovecot-imapd"], isThere: () => findProgram("dovecot") !== null },
  { name: "nats", use: "test", packages: ["nats-server"], isThere: () => findProgram("nats-server") !== null },
  { name: "php", use: "test", packages: ["php-cli", "php-soap", "php-xml"], isThere: () => succeeds("php", ["-r", PHP_LOADED]) },
  { name: "zeep", use: "test", packages: ["python3-zeep"], isThere: () => hasModule("zeep") },
  // More SOAP stacks, each with the size of its download. Not every Debian has all of them.
  { name: "suds", use: "test", packages: ["python3-suds"], isThere: () => hasModule("suds") }, // 0.2 MB
  { name: "pysimplesoap", use: "test", packages: ["python3-pysimplesoap"], isThere: () => hasModule("pysimplesoap") }, // 0.1 MB
  {
    name: "soap-lite", // 2.4 MB
    use: "test",
    packages: ["libsoap-lite-perl"],
    isThere: () => succeeds("perl", ["-MSOAP::Lite", "-e", "1"]),
  },
  {
    name: "gsoap", // 2 MB, and the compiler where there is none
    use: "test",
    packages: ["gsoap", "libgsoap-dev", "gcc", "g++", "libc6-dev"],
    isThere: () => hasPrograms("wsdl2h", "soapcpp2", "gcc", "g++") && existsSync("/usr/include/stdsoap2.h"),
  },
  {
    name: "axis", // 3.2 MB, and a Java Development Kit where there is none
    use: "test",
    packages: ["libaxis-java", "default-jdk-headless"],
    isThere: () => hasPrograms("java", "javac") && existsSync("/usr/share/java/axis.jar"),
  },
  {
    name: "mono", // 12 MB
    use: "test",
    packages: ["mono-runtime", "mono-mcs", "libmono-system-web-services4.0-cil", "libmono-system-servicemodel4.0a-cil"],
    isThere: () => hasPrograms("mono", "mcs") && existsSync("/usr/lib/mono/4.5/System.ServiceModel.dll"),
  },
  { name: "curl", use: "test", packages: ["curl"], isThere: () => findProgram("curl") !== null },
  { name: "strace", use: "test", packages: ["strace"], isThere: () => findProgram("strace") !== null },
  { name: "chromium", use: "test", packages: ["chromium"], isThere: () => findProgram("chromium") !== null },
  { name: "wrk", use: "bench", packages: ["wrk"], isThere: () => findProgram("wrk") !== null },
];

/** The programs that are not on this machine: those of the tests, or for `bench` all, as it measures what tests use. */
export function missingPrograms(use) {
  return PROGRAMS.filter((program) => (use === "bench" || program.use === use) && !program.isThere());
}

/** The program of this name when it is not on this machine, else null. */
export function missingProgram(name) {
  return PROGRAMS.find((program) => program.name === name && !program.isThere()) ?? null;
}

/** Why nothing can be installed here, or null when it can. */
export function installBar() {
  if (process.env.CROSSDESK_TEST_PACKAGES === "off") return "CROSSDESK_TEST_PACKAGES is off";
  if (findProgram("apt-get") === null) return "this machine has no apt-get";
  if (process.getuid?.() !== 0) return "only root may install packages";
  return null;
}

/** Keeps Debian from starting the daemons it installs. Returns what undoes it; a policy of the machine's own stays. */
function holdServices(policy) {
  try {
    writeFileSync(policy, POLICY_TEXT, { flag: "wx", mode: 0o755 });
  } catch (error) {
    // Ours is left over only when an earlier run was killed.
    if (error.code !== "EEXIST" || readFileSync(policy, "utf8") !== POLICY_TEXT) return () => {};
  }
  return () => rmSync(policy, { force: true });
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"];
  const run = spawnSync("apt-get", [...options, ...args], {
    encoding: "utf8",
    env,
    timeout: MOST_INSTALL_MS,
    maxBuffer: 64 << 20,
  });
  if (run.status === 0) return null;
  const words = `${run.stderr ?? ""}`.trim().split("\n").slice(-5).join("\n");
  return words || `apt-get ${args[0]} failed`;
}

/** Installs the packages of `programs`. Returns null, or why it failed. Nothing that is installed is ever removed. */
export function installPrograms(programs, policy = POLICY) {
  const install = (some) => {
    const names = some.flatMap((program) => program.packages);
    return aptGet(["install", "-y", "--no-install-recommends", "--no-remove", ...names]);
  };
  const release = holdServices(policy);
  try {
    // An old package list may still do, so a failed update alone is no reason to stop.
    const update = aptGet(["update"]);
    const failed = install(programs);
    if (failed === null || programs.length < 2) return failed && update ? `${update}\n${failed}` : failed;
    // One package that this Debian does not have must not keep the others away.
    const reasons = programs.map((program) => install([program])).filter((reason) => reason !== null);
    if (reasons.length === 0) return null;
    return [...(update ? [update] : []), ...reasons].join("\n");
  } finally {
    release();
  }
}
