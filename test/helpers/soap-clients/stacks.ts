// The SOAP stacks that call the gateway in tests: how each is made ready and started. A new one is a row of the list.
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Program } from "../../../scripts/packages.js";

const run = promisify(execFile);

/** Where a client finds what it is made from. */
interface Ground {
  /** A folder of its own to build in. */
  folder: string;
  /** Address of the WSDL as the gateway serves it. */
  wsdl: string;
}

export interface Stack {
  name: string;
  /** Stands in the names of the wire cases made from its requests. */
  short: string;
  needs: Program["name"] | null;
  /** Ways to call: SOAP versions, or words of its own. */
  ways: readonly string[];
  /** Makes what is to be started, and gives the program with its first arguments. */
  build(ground: Ground, way: string): Promise<readonly [string, ...string[]]>;
}

const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function script(file: string, ...program: readonly [string, ...string[]]): Stack["build"] {
  return async () => [...program, source(file)];
}

/** Debian's own Python: another one in front of it in the search path would not see Debian's packages. */
const PYTHON = "/usr/bin/python3";
const JARS = [
  "axis",
  "axis-jaxrpc",
  "axis-saaj",
  "commons-logging",
  "commons-discovery",
  "wsdl4j",
  "javax.mail",
  "javax.activation",
];
const CLASS_PATH = JARS.map((name) => `/usr/share/java/${name}.jar`).join(":");

async function buildGsoap({ folder, wsdl }: Ground, way: string): Promise<readonly [string, ...string[]]> {
  const options = { cwd: folder, env: environment() };
  await run("wsdl2h", ["-c", "-w", "-o", "service.h", wsdl], options);
  await run("soapcpp2", ["-c", "-C", "-L", "-w", "-x", way === "1.2" ? "-2" : "-1", "service.h"], options);
  await run("gcc", ["-I.", "-o", "client", source("client.c"), "soapC.c", "soapClient.c", "-lgsoap"], options);
  return [path.join(folder, "client")];
}

/** For a Java that lives a second: what makes a long-lived one fast takes longer than it gains. */
const SHORT_LIVED = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

async function buildAxis({ folder, wsdl }: Ground): Promise<readonly [string, ...string[]]> {
  const options = { cwd: folder, env: environment() };
  await run("java", [...SHORT_LIVED, "-cp", CLASS_PATH, "org.apache.axis.wsdl.WSDL2Java", "-o", folder, wsdl], options);
  const made = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".java"));
  const compiler = [...SHORT_LIVED.map((option) => `-J${option}`), "-nowarn", "-cp", CLASS_PATH, "-d", folder];
  await run("javac", [...compiler, ...made, source("Client.java")], options);
  return ["java", ...SHORT_LIVED, "-cp", `${CLASS_PATH}:${folder}`, "Client"];
}

async function buildMono({ folder }: Ground): Promise<readonly [string, ...string[]]> {
  const file = path.join(folder, "client.exe");
  await run("mcs", [`-out:${file}`, "-r:System.Web.Services", "-r:System.ServiceModel", source("Client.cs")]);
  return ["mono", file];
}

export const STACKS: readonly Stack[] = [
  { name: "PHP SoapClient", short: "php", needs: "php", ways: ["1.1", "1.2"], build: script("client.php", "php") },
  { name: "Python zeep", short: "zeep", needs: "zeep", ways: ["1.1", "1.2", "GET", "POST"], build: script("client.py", PYTHON) },
  { name: "Node soap", short: "node-soap", needs: null, ways: ["1.1", "1.2"], build: script("client.ts", process.execPath) },
  { name: "Perl SOAP::Lite", short: "soap-lite", needs: "soap-lite", ways: ["1.1", "1.2"], build: script("client.pl", "perl") },
  { name: "Python suds", short: "suds", needs: "suds", ways: ["1.1"], build: script("client.suds.py", PYTHON) },
  // Of SOAP 1.2 it knows the envelope only: a fault of 1.2 ends it, whoever sends it.
  {
    name: "Python PySimpleSOAP",
    short: "pysimplesoap",
    needs: "pysimplesoap",
    ways: ["1.1"],
    build: script("client.pysimplesoap.py", PYTHON),
  },
  { name: "C gSOAP", short: "gsoap", needs: "gsoap", ways: ["1.1", "1.2"], build: buildGsoap },
  { name: "Java Axis 1.4", short: "axis", needs: "axis", ways: ["1.1"], build: buildAxis },
  { name: ".NET proxy and WCF on Mono", short: "mono", needs: "mono", ways: ["1.1", "1.2", "wcf"], build: buildMono },
  { name: "curl", short: "curl", needs: "curl", ways: ["1.1", "1.2"], build: script("client.sh", "sh") },
];

/** The environment without proxies, which these clients would use even for this machine. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
}

/** What a client prints: the answers it got, and how it saw a refusal and wrong credentials. */
export interface Seen {
  acknowledgement: string;
  repeated: string;
  update: string;
  reassignment: string;
  fault: { code: string; text: string };
  denied: string;
}

export interface Caller {
  user: string;
  password: string;
  task: string;
}

/** Builds a stack and lets it make its calls. */
export async function runStack(stack: Stack, way: string, ground: Ground, caller: Caller): Promise<Seen> {
  const [program, ...first] = await stack.build(ground, way);
  const args = [...first, ground.wsdl, caller.user, caller.password, caller.task, way];
  const { stdout } = await run(program, args, { env: environment(), timeout: 60_000 });
  return JSON.parse(stdout);
}
