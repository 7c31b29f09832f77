// What of a SOAP call is kept: its bytes without the credentials in them, what it named, and what was answered. Never keeps a call of
// somebody who was not let in.
import { FAILURES } from "../../core/errors.ts";
import type { MessageAbout, RawForm } from "../../core/messages.ts";
import type { TaskRef } from "../../core/ports.ts";
import { maskElements, maskKeys, maskKeysIn, maskParameters, type Masked } from "../kept/mask.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import type { Recorder } from "../kept/recorder.ts";
import { pathOf } from "../http.ts";
import type { Call } from "./call.ts";
import type { Contract, Operation } from "./contract/contract.ts";
import { unescaped } from "./http/escapes.ts";
import type { Answer } from "./problems.ts";
import { SOAP12 } from "./versions.ts";

/** The local names of elements that hold credentials, for each contract: made once. */
const hiding = new WeakMap<Contract, readonly string[]>();

function hiddenIn(contract: Contract): readonly string[] {
  const known = hiding.get(contract);
  if (known) return known;
  const paths = contract.operations.flatMap(({ access }) => (access ? [access.path] : []));
  const names = [...new Set(["Security", ...paths.map((path) => path.split("/").at(-1) ?? path)])];
  hiding.set(contract, names);
  return names;
}

/** An envelope without its credentials. */
export function maskEnvelope(contract: Contract, body: Buffer, decode: () => string): Masked {
  return maskElements(body, hiddenIn(contract), decode);
}

/** A query or form without its credentials. */
export function maskForm({ access }: Operation, bytes: Buffer): Masked {
  if (access === null) return maskKeys(bytes);
  const text = bytes.toString("latin1");
  const without = maskParameters(text, [access.path], (name) => unescaped(name, null));
  return without === text ? { bytes, masked: false } : { bytes: Buffer.from(without, "latin1"), masked: true };
}

const NOTHING: Masked = { bytes: Buffer.alloc(0), masked: false };

interface Parts {
  keepRaw: KeepRaw;
  contract: Contract;
}

/** The form in which a call is kept; `status` is what was, or will be, answered. */
export function rawOf({ keepRaw, contract }: Parts, call: Call, status = 200): RawForm {
  return keepRaw(aboutOf(call, contract, status), call.body ?? NOTHING);
}

function aboutOf({ request, visit, version, operation }: Call, contract: Contract, status: number): MessageAbout {
  const { method = "", url = "", headers } = request;
  const isPlain = pathOf(url).length > contract.path.length;
  return {
    operation: operation ?? method,
    place: pathOf(url),
    method,
    ...(visit ? { requestId: visit.requestId, address: visit.address } : {}),
    ...given("contentType", headers["content-type"]),
    ...given("soapAction", headers.soapaction),
    answered: isPlain ? "http" : version === SOAP12 ? "1.2" : "1.1",
    status,
  };
}

function given<N extends string>(name: N, value: string | string[] | undefined): { [name in N]?: string } {
  return (typeof value === "string" ? { [name]: maskKeysIn(value.slice(0, 500)) } : {}) as { [name in N]?: string };
}

/** Hands a call that was refused, or had been answered before, to the recorder. */
export function recordCall(parts: Parts & { recorder: Recorder }, call: Call, answer: Answer): void {
  const { visit, unit, result } = call;
  const { code, status, contentType, body } = answer;
  if (!visit?.caller || (code === null ? !call.repeated : FAILURES[code].class !== "refused")) return;
  const raw = rawOf(parts, call, status);
  const known = { ...(unit?.key ? { key: unit.key } : {}), ...(unit?.digest ? { digest: unit.digest } : {}) };
  parts.recorder.keep({
    kind: code === null ? "repeated" : "refused",
    ...{ channel: "soap", caller: visit.caller, code, detail: null, named: namedBy(call), task: result?.task ?? null },
    event: result?.events[0] ?? null,
    raw: { ...raw, about: { ...raw.about, ...known } },
    answer: { status, contentType, body },
  });
}

function namedBy({ unit }: Call): TaskRef {
  const { task = null, reference = null } = (unit?.asked ?? {}) as TaskRef;
  return { task: task?.trim() || null, reference: reference?.trim() || null };
}
