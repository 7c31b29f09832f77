// Makes a fresh checkout ready to run: installs the packages when they are missing or stale, and checks the Node they bring.
// Runs on any Node from 18 on, before a single package is there; it must never import one.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const BIN = path.join(ROOT, "node_modules", ".bin");
const WANTED_MAJOR = 26;
/** Who installs packages notes itself here: two at once would take them from under each other. */
const INSTALLING = path.join(ROOT, ".installing");
const LOOK_MS = 200;
/** No install takes so long: whoever noted itself before was killed, and its process id may be another's by now. */
const MOST_INSTALL_MS = 30 * 60_000;

/** What a lock file says is installed, by folder; null when there is no readable one. */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), "utf8")).packages;
  } catch {
    return null;
  }
}

/** Whether npm's own record of the last finished install has every package of the lock file, in the same bytes. */
function isInstalled() {
  const wanted = lockedPackages("package-lock.json");
  const present = lockedPackages("node_modules/.package-lock.json");
  if (wanted === null) throw new Error("package-lock.json is missing or damaged.");
  if (present === null) return false;
  return Object.entries(wanted).every(([folder, one]) => {
    const other = present[folder];
    if (folder === "" || one.link) return true;
    // Packages for other machines are in the lock file and rightly not here.
    if (other === undefined) return one.optional === true || one.devOptional === true;
    return other.version === one.version && other.integrity === one.integrity;
  });
}

/** The search path without our own node_modules: npm must not run on the very Node it is about to replace. */
function outerPath() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.filter((folder) => !folder.split(path.sep).includes("node_modules")).join(path.delimiter);
}

function install() {
  console.log("Installing packages (npm ci), once ...");
  const done = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: outerPath() },
    shell: process.platform === "win32",
  });
  if (done.status !== 0) throw new Error("npm ci failed; its own words are above.");
}

/** The process that installs packages here now, by its id; null when none does. */
function installer() {
  try {
    const id = Number(readFileSync(INSTALLING, "utf8"));
    // In a container a new process often has the id of the one before it.
    if (id === process.pid || Date.now() - statSync(INSTALLING).mtimeMs > MOST_INSTALL_MS) return null;
    process.kill(id, 0);
    return id;
  } catch (error) {
    return error.code === "EPERM" ? "of another user" : null;
  }
}

/** Notes this process; false when another has noted itself meanwhile. What a killed one left is taken away. */
function noteInstaller() {
  if (installer() === null) rmSync(INSTALLING, { force: true });
  try {
    writeFileSync(INSTALLING, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    rmSync(INSTALLING, { force: true });
    throw error;
  }
}

/** Installs, or waits for whoever is at it. */
function installAlone() {
  while (!noteInstaller()) {
    const other = installer();
    if (other !== null) console.log(`Waiting for process ${other}, which installs packages here ...`);
    while (installer() !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    if (isInstalled()) return;
  }
  try {
    install();
  } finally {
    rmSync(INSTALLING, { force: true });
  }
}

function checkNode() {
  const asked = spawnSync(path.join(BIN, "node"), ["--version"], { encoding: "utf8", shell: process.platform === "win32" });
  const version = (asked.stdout ?? "").trim();
  if (version.startsWith(`v${WANTED_MAJOR}.`)) return;
  throw new Error(
    `Crossdesk runs on Node ${WANTED_MAJOR}, which its package "node" brings, but node_modules/.bin/node is ${version || "missing"}.\n` +
      "Install scripts may be switched off here. Allow them once with: npm ci --ignore-scripts=false",
  );
}

try {
  if (!isInstalled()) installAlone();
  checkNode();
} catch (error) {
  console.error(`\nThe checkout could not be made ready: ${error.message}`);
  process.exitCode = 1;
}
