// The site of the tests: two providers, their groups, and somebody for each way of calling. Who only starts the gateway as a process
// need not load it.
import type { SiteDocument } from "../../src/store/site-document.ts";

export const TEST_SITE: SiteDocument = {
  providers: [
    { name: "acme", timeZone: "Europe/Berlin" },
    { name: "globex", timeZone: "UTC" },
  ],
  groups: [
    { name: "service-desk" },
    { name: "second-line" },
    {
      name: "acme-field",
      provider: "acme",
      returnGroup: "service-desk",
      processes: { newAssignment: "acme-new", updateMessage: "acme-update", closure: "acme-closure" },
    },
    {
      name: "globex-net",
      provider: "globex",
      returnGroup: "service-desk",
      processes: { newAssignment: "globex-all", updateMessage: "globex-all", closure: "globex-all" },
    },
  ],
  credentials: [
    { id: "ticketing", role: "ticketing", apiKey: "generate" },
    { id: "acme", provider: "acme", apiKey: "generate" },
    { id: "globex", provider: "globex", apiKey: "generate" },
    { id: "acme-basic", provider: "acme", basic: { user: "acme", password: "correct horse" } },
    { id: "acme-mail", provider: "acme", email: "noc@acme.example" },
    { id: "globex-mail", provider: "globex", email: "@globex.example" },
  ],
};
