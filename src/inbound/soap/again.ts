// Reads a kept SOAP message again, as the channel reads one that comes, and writes again what was answered.
import { Failure } from "../../core/errors.ts";
import type { CommandResult } from "../../core/ports.ts";
import type { Again, KeptChannel } from "../kept/again.ts";
import type { MessageDetail } from "../../store/views/message-rows.ts";
import { type CallOptions, partnerOf } from "./call.ts";
import { resultValues } from "./contract/answers.ts";
import type { Contract } from "./contract/contract.ts";
import { pathInfoOf, unitOfParameters } from "./http/http-call.ts";
import { maskEnvelope } from "./kept.ts";
import { readMediaType } from "./media-type.ts";
import { isMessageId } from "./reading/addressing.ts";
import { decode, joinHalves } from "./reading/charset.ts";
import { createReader } from "./reading/reader.ts";
import { type AskedUnit, carryOutUnit, unitOf } from "./unit.ts";
import { SOAP11, SOAP12 } from "./versions.ts";

type Options = Pick<CallOptions, "attachments" | "site" | "keepRaw"> & { contracts: readonly Contract[] };

/** What can be done with the channel's kept messages. */
export function createKeptSoap(options: Options): KeptChannel {
  return {
    async run(again) {
      const contract = contractOf(options.contracts, again.message);
      const unit = isPlain(again.message, contract)
        ? plainUnit(options, contract, again)
        : envelopeUnit(options, contract, again);
      const asked = again.task === null ? unit.asked : onTask(unit.asked, again.task);
      const masked = maskEnvelope(contract, again.raw, () => again.raw.toString());
      const raw = options.keepRaw({ ...again.message.about, status: 200 }, masked);
      return carryOutUnit({ door: again.door, attachments: options.attachments }, { ...unit, asked, raw });
    },
    async answer(message, [result]) {
      const contract = options.contracts.find((one) => isBelow(message, one));
      return contract && result ? written(message, contract, result) : null;
    },
  };
}

/** Whose task it is says the operator alone; the reference stays where it is what the call is about. */
function onTask(asked: AskedUnit["asked"], task: string): AskedUnit["asked"] {
  return (asked.type === "acknowledge" ? { ...asked, task } : { ...asked, task, reference: null }) as AskedUnit["asked"];
}

const isBelow = ({ about }: MessageDetail, { path }: Contract): boolean =>
  about.place.toLowerCase() === path.toLowerCase() || about.place.toLowerCase().startsWith(`${path.toLowerCase()}/`);

function contractOf(contracts: readonly Contract[], message: MessageDetail): Contract {
  const found = contracts.find((one) => isBelow(message, one));
  if (found === undefined) throw new Failure("message_state", "The contract it was sent to is not served any more.");
  return found;
}

const isPlain = ({ about }: MessageDetail, { path }: Contract): boolean => about.place.length > path.length + 1;

function envelopeUnit(options: Options, contract: Contract, { message, caller, raw, contentType }: Again): AskedUnit {
  const media = readMediaType(contentType);
  const { timeZone, soap } = partnerOf(options, caller);
  const soap12Only = media.type === "application/soap+xml";
  const header = message.about.soapAction?.replace(/^"(.*)"$/s, "$1");
  const action = (soap12Only ? media.action : header) ?? null;
  const operation = action === null ? null : (contract.byAction.get(action) ?? null);
  const route = { operation, action, soap12Only, timeZone, anyBody: soap.anyBody, understands: isMessageId };
  const reading = createReader(contract)(joinHalves(decode(raw, media.charset, soap.charset)), route);
  if (reading.kind === "reading") return unitOf(reading, caller, raw);
  throw new Failure("invalid_request", reading.kind === "fault" ? reading.text : "It is not well-formed.");
}

function plainUnit(options: Options, contract: Contract, { message, caller, raw, contentType }: Again): AskedUnit {
  const name = pathInfoOf(contract, message.about.place).slice(1);
  const operation = contract.operations.find((one) => one.name === name && one.http !== null);
  if (operation === undefined) throw new Failure("message_state", "The operation it was sent to is not served any more.");
  const charset = message.about.method === "POST" ? readMediaType(contentType).charset : null;
  return unitOfParameters(operation, { bytes: raw, charset, timeZone: partnerOf(options, caller).timeZone, caller });
}

function written({ about, operation: name }: MessageDetail, contract: Contract, result: CommandResult) {
  const operation = contract.operations.find((one) => one.name === name);
  if (operation === undefined) return null;
  if (about.answered === "http") {
    const answer = operation.http?.writeResult(resultValues(result));
    return answer ? { status: answer.status, contentType: answer.contentType, body: answer.body } : null;
  }
  const version = about.answered === "1.2" ? SOAP12 : SOAP11;
  return { status: 200, contentType: version.contentType, body: operation.writeResult(version, resultValues(result)) };
}
