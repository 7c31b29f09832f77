// Makes a fresh checkout ready to run: installs the packages when they are missing or stale, and checks the Node they bring.
// Runs on any Node from 18 on, before a single package is there; it must never import one.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const BIN = path.join(ROOT, "node_modules", ".bin");
const WANTED_MAJOR = 26;

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
  if (!isInstalled()) install();
  checkNode();
} catch (error) {
  console.error(`\nThe checkout could not be made ready: ${error.message}`);
  process.exitCode = 1;
}
