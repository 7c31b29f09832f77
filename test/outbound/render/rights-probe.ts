// Runs with full rights of JavaScript where expressions run, and tries whatever could harm; tells which of it was refused.
import child_process from "node:child_process";
import cluster from "node:cluster";
import dgram from "node:dgram";
import dns from "node:dns/promises";
import { once } from "node:events";
import fs from "node:fs";
import inspector from "node:inspector";
import net, { Socket } from "node:net";
import os from "node:os";
import v8 from "node:v8";
import vm from "node:vm";
import wasi from "node:wasi";
import { Worker } from "node:worker_threads";
import { giveUpRights } from "../../../src/outbound/render/rights.ts";

const [port = "", folder = ""] = process.argv.slice(2);
const channel = new Socket({ fd: 3, readable: true, writable: true });
const inside = process as unknown as Record<string, (...args: unknown[]) => unknown>;
const report = process.report as unknown as { writeReport(path: string): unknown };

async function connected(socket: net.Socket): Promise<void> {
  await once(socket, "connect");
}

/** Each deed does harm when it returns. */
const DEEDS: Readonly<Record<string, () => unknown>> = {
  "read a file": () => fs.readFileSync("/etc/passwd"),
  "read the own source": () => fs.readFileSync(new URL(import.meta.url)),
  "read the environment of the gateway": () => fs.readFileSync(`/proc/${process.ppid}/environ`),
  "list a folder": () => fs.readdirSync("/etc"),
  "open a file as a blob": () => fs.openAsBlob("/etc/passwd"),
  "write a file": () => fs.writeFileSync(`${folder}/written`, "x"),
  "link a file": () => fs.symlinkSync("/etc/passwd", `${folder}/link`),
  "write a report": () => report.writeReport(`${folder}/report`),
  "write a heap snapshot": () => v8.writeHeapSnapshot(`${folder}/heap`),
  "write a database": async () => {
    const { DatabaseSync } = await import("node:sqlite");
    new DatabaseSync(`${folder}/database`).exec("create table t (a); insert into t values (1)");
  },
  "import a file": () => import(`${folder}/module.mjs`),
  "load an environment file": () => inside["loadEnvFile"]?.(`${folder}/module.mjs`) ?? absent(),
  "start a program": () => child_process.execFileSync("/bin/true"),
  "start a shell": () => once(child_process.exec(`touch ${folder}/shell`), "spawn"),
  "become a program": () => (inside["execve"] ?? absent)("/bin/true", [], {}),
  fork: () => cluster.fork(),
  "start a thread": () => new Worker("1", { eval: true }),
  "load an addon": () => (inside["dlopen"] ?? absent)({ exports: {} }, "/addon.node"),
  "load a library": async () => (await import("node:ffi" as string)).dlopen("libc.so.6", {}),
  "use a binding": () => (inside["binding"] ?? absent)("fs"),
  "run WASI": () => new wasi.WASI({ version: "preview1", preopens: { "/": "/" } }),
  "connect by TCP": () => connected(net.connect({ host: "127.0.0.1", port: Number(port) })),
  "connect by a path": () => connected(net.connect(`${folder}/socket`)),
  fetch: () => fetch(`http://127.0.0.1:${port}/`),
  listen: () => once(net.createServer().listen(0, "127.0.0.1"), "listening"),
  "send a datagram": () => sendDatagram(),
  "look up a name": () => dns.lookup("localhost"),
  "open the debugger": () => inspector.open(0),
  "debug itself": () => new inspector.Session().connect(),
  "open the debugger of the gateway": () => (inside["_debugProcess"] ?? absent)(process.ppid),
  "kill the gateway": () => (inside["kill"] ?? absent)(process.ppid, "SIGKILL"),
  "kill the gateway underhand": () => (inside["_kill"] ?? absent)(process.ppid, 9),
  "slow the gateway down": () => os.setPriority(process.ppid, 19),
  "change the machine's flags": () => v8.setFlagsFromString("--allow-natives-syntax"),
  "become another user": () => (inside["setuid"] ?? absent)(65534),
  "change the folder": () => process.chdir("/etc"),
  "make code of a text": () => new Function("return 1")(),
  "evaluate a text": () => vm.runInThisContext("eval")("1"),
  "change what all objects have": () => Object.assign(Object.prototype, { harm: 1 }),
  "change what all arrays do": () => Object.assign(Array.prototype, { map: null }),
  "see an environment": () => (Object.keys(process.env).length === 0 ? absent() : process.env),
};

function absent(): never {
  throw new Error("there is no such thing");
}

function sendDatagram(): Promise<unknown> {
  const socket = dgram.createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.send("x", Number(port), "127.0.0.1", (error) => (error ? reject(error) : resolve(null)));
  });
}

/** Some refusals come as an error that nobody asked for. */
let refuse: (error: Error) => void = () => undefined;
process.on("uncaughtException", (error) => refuse(error));

async function isDone(deed: () => unknown): Promise<boolean> {
  const { promise, reject } = Promise.withResolvers<never>();
  refuse = reject;
  try {
    await Promise.race([promise, (async () => deed())()]);
    return true;
  } catch {
    return false;
  }
}

giveUpRights();
const outcome: Record<string, boolean> = {};
for (const [name, deed] of Object.entries(DEEDS)) outcome[name] = await isDone(deed);
channel.end(`${JSON.stringify(outcome)}\n`);
