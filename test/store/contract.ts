// What every database must keep: one list of suites, run by a file for each database.
import { after, before, suite } from "node:test";
import type { Environment } from "../helpers/store.ts";
import { alerts } from "./suites/alerts.ts";
import { attachmentGuards } from "./suites/attachment-guards.ts";
import { attachments } from "./suites/attachments.ts";
import { auditLog } from "./suites/audit-log.ts";
import { broken } from "./suites/broken.ts";
import { commits } from "./suites/commits.ts";
import { deliveries } from "./suites/deliveries.ts";
import { digests } from "./suites/digests.ts";
import { feed } from "./suites/feed.ts";
import { folding } from "./suites/folding.ts";
import { keys } from "./suites/keys.ts";
import { leases } from "./suites/leases.ts";
import { listPlans } from "./suites/list-plans.ts";
import { mailboxes } from "./suites/mailboxes.ts";
import { mailPlans } from "./suites/mail-plans.ts";
import { migrations } from "./suites/migrations.ts";
import { nonces } from "./suites/nonces.ts";
import { monitoring } from "./suites/monitoring.ts";
import { monitoringPlans } from "./suites/monitoring-plans.ts";
import { numbers } from "./suites/numbers.ts";
import { plans } from "./suites/plans.ts";
import { queue } from "./suites/queue.ts";
import { queueAdmin } from "./suites/queue-admin.ts";
import { references } from "./suites/references.ts";
import { retention } from "./suites/retention.ts";
import { secrets } from "./suites/secrets.ts";
import { site } from "./suites/site.ts";
import { siteCredentials } from "./suites/site-credentials.ts";
import { siteAlerts } from "./suites/site-alerts.ts";
import { siteTickets } from "./suites/site-tickets.ts";
import { siteQueues } from "./suites/site-queues.ts";
import { siteWarnings } from "./suites/site-warnings.ts";
import { tickets } from "./suites/tickets.ts";
import { views } from "./suites/views.ts";

const SUITES = [
  commits,
  broken,
  keys,
  digests,
  references,
  mailboxes,
  mailPlans,
  nonces,
  deliveries,
  alerts,
  attachments,
  attachmentGuards,
  auditLog,
  monitoring,
  monitoringPlans,
  retention,
  queueAdmin,
  numbers,
  feed,
  folding,
  site,
  siteAlerts,
  siteCredentials,
  siteQueues,
  siteTickets,
  tickets,
  siteWarnings,
  secrets,
  views,
  migrations,
  leases,
  queue,
  plans,
  listPlans,
];

/** The suites on one kind of database; `skip` is why they cannot run here. */
export function storeContract(name: string, openEnvironment: () => Promise<Environment>, skip: string | false = false): void {
  suite(`the store on ${name}`, { skip }, () => {
    let environment: Environment | undefined;
    before(async () => {
      environment = await openEnvironment();
    });
    after(() => environment?.close());
    for (const define of SUITES) {
      define(() => {
        if (!environment) throw new Error("there is no database yet");
        return environment;
      });
    }
  });
}
