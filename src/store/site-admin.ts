// What an administrator does to the site: applies documents, makes, rotates and removes credentials. Not on the hot path.
import { randomBytes } from "node:crypto";
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import { type By, COMMAND_LINE } from "../lib/by.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { ApiDefinition, System } from "./outgoing.ts";
import type { Seal } from "./seal.ts";
import { credentialOf, rotation } from "./key-versions.ts";
import { createInsist } from "./site-change.ts";
import type { Site } from "./site.ts";
import { alertsAfter } from "./site-alerts.ts";
import { checkSite, type CredentialDocument, type KnownNames, type SiteChange, type SiteDocument } from "./site-document.ts";
import { type CheckExpression, checkOutgoing } from "./site-outgoing-check.ts";
import { completeOutgoing } from "./site-outgoing-defaults.ts";
import { leavingSystems } from "./site-queues.ts";
import { wrong } from "./site-refusal.ts";
import { wantedRows } from "./site-rows.ts";
import { checkPersons, statusesAfter } from "./site-tickets.ts";
import { describeIssuer } from "./site-issuers.ts";
import { withWarnings } from "./site-warnings.ts";

/** Makes a document from the site as it is. */
export type MakeDocument = (before: Site) => SiteDocument | Promise<SiteDocument>;

export interface SiteAdmin {
  /**
   * Checks and applies a document, or the one that is made from what there is, again when another change came in between; answers
   * what it changed, nothing when all was so already. Throws `invalid_request`. In whose name is the command line's unless told.
   */
  apply(document: SiteDocument | MakeDocument, by?: By): Promise<SiteChange[]>;
  /** Adds one credential, and answers what applying it would. Throws `credential_taken` when there is one of this id. */
  create(credential: CredentialDocument, by: By): Promise<SiteChange>;
  /** Gives an API key a successor, shown now and never again. Throws `unknown_credential`, or `invalid_request` for another kind. */
  rotate(id: string, wish: RotationWish, by: By): Promise<Rotated>;
  /** Takes a credential away. Throws `unknown_credential`. */
  remove(id: string, by: By): Promise<void>;
}

export interface RotationWish {
  /** When the keys there are end, in milliseconds UTC. */
  previousEndAt: number;
}

export interface Rotated {
  secret: string;
  /** Counts up from 1. */
  version: number;
}

/**
 * Tells why an API definition cannot work where it will be called, such as a WSDL that is not there; null when it can. What can be
 * seen in the document alone was looked at before.
 */
export type CheckApi = (api: ApiDefinition) => string | null | Promise<string | null>;

export interface SiteAdminOptions {
  /** Reads an expression or template without running it; without this function every one is taken as it is. */
  checkExpression?: CheckExpression;
  /** Asked for each API definition of a System that is written; without this function all are taken as they are. */
  checkApi?: CheckApi;
  clock?: Clock;
  /** Makes a signing key, as `whsec_` and base64. */
  makeSecret?: () => string;
}

/** As many random bytes as SHA-256 gives, for keys of Standard Webhooks 1.0. */
const makeSigningKey = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** `site` reads the site as it is now, with its secrets in the clear. */
export function createSiteAdmin(
  knex: Knex,
  seal: () => Seal,
  site: () => Promise<Site>,
  {
    checkExpression = () => null,
    checkApi = () => null,
    clock = systemClock,
    makeSecret = makeSigningKey,
  }: SiteAdminOptions = {},
): SiteAdmin {
  const insist = createInsist({ knex, site, clock });

  const prepareDocument = async (document: SiteDocument, before: Site) => {
    const after = checkSite(document, knownNames(before));
    const outgoing = completeOutgoing(document, before, makeSecret);
    const statuses = { before: before.ticketStatuses, after: statusesAfter(document, before.ticketStatuses) };
    const ticketStatuses = new Set(statuses.after.map(({ name }) => name));
    checkOutgoing(outgoing, { ...after, ticketStatuses }, checkExpression);
    await checkApis(outgoing.written.systems, checkApi);
    const mailboxes = mailboxNames(document, before);
    const alerts = alertsAfter(document, before.alerts, { systems: outgoing.systems, providers: after.providers, mailboxes });
    checkPersons(document);
    const wanted = await wantedRows({ document, outgoing, alerts, statuses: statuses.after, before, seal });
    return { document, wanted, statuses, leaving: leavingSystems(before.systems, outgoing.systems), after, outgoing };
  };

  const applyAfter = async (given: SiteDocument | MakeDocument, by: By, check: (before: Site) => void): Promise<SiteChange[]> => {
    const { changes, outgoing, after, document } = await insist(by, async (before) => {
      check(before);
      return prepareDocument(typeof given === "function" ? await given(before) : given, before);
    });
    return withWarnings(changes, { ...outgoing, ...after, credentials: document.credentials ?? [] });
  };

  return {
    apply: (document, by = COMMAND_LINE) => applyAfter(document, by, () => undefined),
    async create(credential, by) {
      const [made] = await applyAfter({ credentials: [credential] }, by, ({ credentials }) => {
        if (credentials.has(credential.id)) throw new Failure("credential_taken");
      });
      if (made === undefined) throw new Error("a new credential that changes nothing");
      return made;
    },
    async rotate(id, { previousEndAt }, by) {
      const { made, versions } = await insist(by, async (before) => rotation(before, id, { previousEndAt, now: clock() }));
      return { secret: made.key, version: versions[0]?.version ?? 1 };
    },
    async remove(id, by) {
      await applyAfter({ remove: { credentials: [id] } }, by, (before) => void credentialOf(before, id));
    },
  };
}

/** The mailboxes there would be after the document. */
function mailboxNames({ mailboxes = [], remove }: SiteDocument, before: Site): ReadonlySet<string> {
  const gone = new Set(remove?.mailboxes);
  return new Set([...before.mailboxes.keys(), ...mailboxes.map(({ name }) => name)].filter((name) => !gone.has(name)));
}

async function checkApis(systems: readonly System[], checkApi: CheckApi): Promise<void> {
  for (const { name, apis } of systems) {
    for (const [api, definition] of Object.entries(apis)) {
      const error = await checkApi(definition);
      if (error !== null) wrong(`system ${name}, api ${api}`, error.replace(/\.$/, ""));
    }
  }
}

function knownNames({ providers, groups, credentials, issuers }: Site): KnownNames {
  const all = [...credentials.values()];
  return {
    providers: new Set(providers.keys()),
    groups,
    issuers: [...issuers.values()].map(describeIssuer),
    credentials: all,
    users: new Map(all.flatMap((one) => (one.kind === "basic" ? [[one.user, one.id]] : []))),
    // A System's own goes when the System does.
    holders: new Map(
      all.flatMap(({ id, holder, kind }) => (holder.kind === "provider" && kind !== "system" ? [[id, holder.provider]] : [])),
    ),
  };
}

/** The same, but that this process follows a change before it is told. */
export function seenAtOnce(admin: SiteAdmin, refresh: () => Promise<void>): SiteAdmin {
  const then = async <T>(changing: Promise<T>): Promise<T> => {
    const changed = await changing;
    await refresh();
    return changed;
  };
  return {
    apply: (document, by) => then(admin.apply(document, by)),
    create: (credential, by) => then(admin.create(credential, by)),
    rotate: (id, wish, by) => then(admin.rotate(id, wish, by)),
    remove: (id, by) => then(admin.remove(id, by)),
  };
}
