// What a site document may say though hardly anybody means it: names that lead nowhere, and mappings that never run. Refuses nothing.
import type { Mapping } from "./outgoing.ts";
import { credentialWarnings } from "./site-credentials.ts";
import type { CredentialDocument, GroupPlace, SiteChange } from "./site-document.ts";
import type { Outgoing } from "./site-outgoing-defaults.ts";

/** The site after a document, as far as warnings look at it. */
export interface Warned extends Pick<Outgoing, "systems" | "mappings"> {
  groups: ReadonlyMap<string, GroupPlace>;
  /** As they were written. */
  credentials: readonly CredentialDocument[];
}

/**
 * The changes, each with what is to be said of it. A group that was not changed is spoken of with the last System or mapping that
 * was. Where nothing leaves at all a process is a name in the feed and no more, so nothing is said.
 */
export function withWarnings(changes: readonly SiteChange[], after: Warned): SiteChange[] {
  const last = changes.findLast(({ kind }) => kind === "mappings" || kind === "systems");
  const told = new Set(changes.flatMap(({ kind, name }) => (kind === "groups" ? [name] : [])));
  const untold = [...after.groups.values()].filter(({ name }) => !told.has(name));
  return changes.map((change) => {
    const warnings = [...warningsOf(change, after)];
    if (change === last)
      for (const group of untold) warnings.push(...ofGroup(group, after).map((says) => `group ${group.name}: ${says}`));
    return warnings.length === 0 ? change : { ...change, warnings };
  });
}

function warningsOf({ kind, name, change }: SiteChange, after: Warned): string[] {
  if (change === "removed") return [];
  const group = kind === "groups" ? after.groups.get(name) : undefined;
  if (group) return ofGroup(group, after);
  const credential = kind === "credentials" ? after.credentials.find(({ id }) => id === name) : undefined;
  if (credential) return credentialWarnings(credential);
  const mapping = kind === "mappings" ? after.mappings.get(name) : undefined;
  return mapping ? ofMapping(mapping, after) : [];
}

function ofGroup({ provider, processes }: GroupPlace, { systems, mappings }: Warned): string[] {
  if (!provider || systems.size + mappings.size === 0) return [];
  return Object.entries(processes ?? {}).flatMap(([process, name]) => {
    if (!name) return [];
    const mapping = mappings.get(name);
    if (!mapping) return [`its process ${process} is ${name}, which is no mapping: nothing leaves by it`];
    const off = mapping.active ? (systems.get(mapping.system)?.active ? null : `its System ${mapping.system}`) : "it";
    return off === null ? [] : [`its process ${process} is the mapping ${name}, and ${off} is not active: nothing leaves by it`];
  });
}

function ofMapping({ name, system, trigger }: Mapping, { systems, groups }: Warned): string[] {
  const provider = systems.get(system)?.provider ?? null;
  if (provider !== null && trigger?.requests?.every(({ direction }) => direction === "In"))
    return [`its trigger never fits: what comes in is told to no provider, and the System ${system} is ${provider}'s`];
  const named = [...groups.values()].some(({ processes }) => Object.values(processes ?? {}).includes(name));
  return trigger === null && !named ? ["it never runs: it has no trigger, and no group names it"] : [];
}
