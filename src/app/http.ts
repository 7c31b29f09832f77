// Builds the server and its channels: SOAP, REST and the pages, all behind one admission.
import type { AppOptions } from "../app.ts";
import type { Access } from "./access.ts";
import { contractsFolder } from "./contracts.ts";
import { Failure } from "../core/errors.ts";
import type { Door } from "../core/ports.ts";
import type { Attachments } from "../inbound/attachments.ts";
import { createIdentify } from "../inbound/admit.ts";
import { createMarkOrigin } from "../inbound/cors.ts";
import { createMessageDesk, type KeptChannel, type MessageDesk } from "../inbound/kept/again.ts";
import type { KeepRaw } from "../inbound/kept/raw-form.ts";
import type { Recorder } from "../inbound/kept/recorder.ts";
import type { MailReceiver } from "../inbound/email/receive.ts";
import { createGateway, type Gateway } from "../inbound/http.ts";
import type { Report } from "../inbound/visit.ts";
import { createMetricsPage } from "../inbound/metrics-page.ts";
import { withLines } from "../inbound/page-lines.ts";
import { createPages } from "../inbound/pages.ts";
import { createSpendCall } from "../inbound/quota.ts";
import { createRestHandler } from "../inbound/rest/handler.ts";
import { passOverNumbers } from "./numbers.ts";
import { PROBLEMS } from "../inbound/rest/problem.ts";
import { createKeptSoap } from "../inbound/soap/again.ts";
import type { Contract } from "../inbound/soap/contract/contract.ts";
import { loadContracts } from "../inbound/soap/contract/folder.ts";
import { createSoapHandler } from "../inbound/soap/handler.ts";
import type { Clock } from "../lib/clock.ts";
import { shared, TURN_BYTES } from "../lib/shared-bytes.ts";
import { SCOPES } from "../lib/scopes.ts";
import type { Site } from "../store/site.ts";
import { CONTRACT } from "../site-file.ts";
import { describeSite } from "../store/site-export.ts";
import { createOperator } from "../outbound/operator.ts";
import { drawId } from "../lib/ids.ts";
import { parseRate } from "../lib/rate.ts";
import type { Metrics } from "./metrics.ts";
import type { OutgoingParts } from "./outgoing.ts";
import type { Feed } from "../inbound/rest/feed/feed.ts";
import type { Interfaces } from "../inbound/rest/operation.ts";
import type { Store } from "../store/store.ts";

/** What the channels work on. */
export interface Parts {
  store: Store;
  door: Door;
  mail: MailReceiver;
  outgoing: OutgoingParts;
  attachments: Attachments;
  feed: Feed;
  recorder: Recorder;
  keepRaw: KeepRaw;
  access: Access;
  report: Report;
  metrics: Metrics;
  /** `leaving`: whoever looks is told not to send more; `stopping`: nobody is let in any more. */
  state: { leaving: boolean; stopping: boolean };
}

/** How long what is under way may go on at a stop, in milliseconds; the rest of the time is for what comes after. */
export function graceMs({ stopSeconds }: AppOptions["settings"]): number {
  return Math.max(1, stopSeconds - 5) * 1000;
}

/** Nothing listens before `listen`. */
export function createHttp(
  { settings, log, clock }: AppOptions & { clock: Clock },
  { store, door, mail, outgoing, attachments, feed, recorder, keepRaw, access, report, metrics, state }: Parts,
): Gateway {
  const { site } = store;
  const { admit, keys } = access;
  const { trustedProxies } = settings;
  const identify = createIdentify({ trustedProxies });
  const markOrigin = createMarkOrigin(settings.corsOrigins);
  const publicUrl = settings.publicUrl || null;
  const spend = createSpendCall({ usual: parseRate(settings.rateLimit), site, clock });
  const shared = { identify, spend, door, admit, report, recorder, keepRaw, log, site, attachments, publicUrl };
  const contracts = loadContracts(contractsFolder(settings), settings.soapNamespace);
  for (const { name, path } of contracts) log("info", "soap.contract", { service: name, path });
  const soap = createSoapHandler({
    ...shared,
    clock,
    contracts,
    trustedProxies,
  });
  const rest = createRestHandler({
    ...shared,
    views: store.views,
    files: store.attachments,
    persons: store.persons,
    ...{ feed, keys, markOrigin },
    messages: store.messages,
    createDesk: deskMaker({ store, door, mail, attachments, keepRaw }, contracts),
    applySite: store.admin.apply,
    ...{ exports: store.exports, passOver: passOverNumbers(store), readSite: async () => describeSite(site()) },
    receiveMail: mailTaker(store, mail),
    mailboxStates: store.mailboxes.read,
    mailAnswers: store.mails.list,
    interfaces: interfacesOf({ store, outgoing }, clock),
    contractPath: CONTRACT,
  });
  const pages = createPages({
    contractPath: CONTRACT,
    markOrigin,
    problems: PROBLEMS,
    resource: ({ headers }) => protectedResource(site(), settings.publicUrl || `http://${headers.host ?? ""}`),
    stopping: () => state.leaving,
    reach: store.refresh,
    metrics: createMetricsPage({ admit, collect: metrics.collect, log }),
    links: contracts.map(({ name, path }) => ({ href: path, text: `SOAP service ${name}` })),
  });
  return createGateway({ soap, rest, pages: withLines(pages, { identify, report }), log, graceMs: graceMs(settings) });
}

/** What a client reads to find out where it gets a token for us (RFC 9728 section 2); null where no tokens are taken. */
function protectedResource({ issuers }: Site, resource: string): object | null {
  if (issuers.size === 0) return null;
  const authorization_servers = [...new Set([...issuers.values()].map(({ issuer }) => issuer))];
  const scopes_supported = Object.keys(SCOPES);
  return { resource, authorization_servers, scopes_supported, bearer_methods_supported: ["header"], resource_name: "Crossdesk" };
}

/** What administrators do with kept messages, channel by channel. */
function deskMaker(
  { store, door, mail, attachments, keepRaw }: Pick<Parts, "store" | "door" | "mail" | "attachments" | "keepRaw">,
  contracts: readonly Contract[],
) {
  const { site, messages } = store;
  const soap = createKeptSoap({ attachments, site, keepRaw, contracts });
  return (rest: KeptChannel): MessageDesk => createMessageDesk({ door, messages, channels: { soap, rest, email: mail.kept } });
}

/** Takes mails that were handed over, as if they had been read from a mailbox. */
function mailTaker({ site }: Store, mail: MailReceiver) {
  return async (name: string, raw: Buffer, requestId: string) => {
    const mailbox = site().mailboxes.get(name);
    if (!mailbox) throw new Failure("unknown_mailbox");
    if (raw.length <= TURN_BYTES) return mail.receive(mailbox, { raw, position: null, requestId });
    const leave = mail.room.large.tryEnter(raw.length);
    if (leave === null) throw new Failure("busy");
    return mail.receive(mailbox, { raw: await shared(raw), position: null, requestId }).finally(leave);
  };
}

/** What an operator sees and does of the outgoing way. */
function interfacesOf({ store, outgoing }: Pick<Parts, "store" | "outgoing">, clock: Clock): Interfaces {
  const { site, monitoring } = store;
  const operator = createOperator({
    ...{ site, monitoring, drawId },
    tools: outgoing.toolsOf,
    outgoing: store.outgoing,
    events: store.views.events,
    range: store.views.range,
  });
  return { monitoring, queues: store.queueAdmin({ clock, onChange: outgoing.outgoing.wakeSystems }), operator, clock };
}
