// What credentials may be used for, and until when: a closed list of scopes, and the few questions asked of them.

/** Every scope with what it opens, as `resource:deed`. `write` holds no `read` in it. */
export const SCOPES = {
  "tasks:read": "See tasks and what happened to them.",
  "tasks:write": "Open, assign, acknowledge, answer, solve and close tasks, over REST and SOAP.",
  "tickets:read": "See tickets.",
  "tickets:write": "Open and change tickets.",
  "attachments:read": "List and fetch files of tasks.",
  "attachments:write": "Add files to tasks, over REST and SOAP.",
  "persons:read": "See persons.",
  "persons:write": "Add, change and remove persons.",
  "events:read": "Follow the feed.",
  "events:write": "Keep and move named cursors of the feed.",
  "alerts:read": "See what is warned of.",
  "messages:read": "See messages as they came and what was refused.",
  "messages:write": "Correct refused messages and run them again.",
  "mails:write": "Hand mails over as a mailbox would.",
  "deliveries:read": "See queues and deliveries.",
  "deliveries:write": "Retry, acknowledge, hold and release deliveries; test mappings.",
  "site:read": "See what is set up.",
  "site:write": "Change what is set up. With credentials in it `keys:write` is needed too.",
  "data:read": "Export and back up what the gateway holds.",
  "data:write": "Import tasks and erase persons.",
  "keys:read": "See credentials, without their secrets.",
  "keys:write": "Make, rotate and remove credentials, none of which may do more than its maker.",
  "metrics:read": "Read `/metrics` on the gateway's own address.",
  "audit:read": "See what was changed by whom.",
} as const;

export type Scope = keyof typeof SCOPES;

/** What a credential may be used for; null for all that its holder may do. */
export type Scopes = readonly Scope[] | null;

/** What bounds a credential. */
export interface CredentialLimits {
  scopes: Scopes;
  /** From and until when it lets in, in milliseconds UTC; null for always. */
  notBefore: number | null;
  expiresAt: number | null;
}

export const UNLIMITED: CredentialLimits = { scopes: null, notBefore: null, expiresAt: null };

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

export function allows(scopes: Scopes, wanted: Scope): boolean {
  return scopes === null || scopes.includes(wanted);
}

/** Whether all that `narrow` opens is open by `wide` too: nobody gives away more than they have. */
export function isWithin(narrow: Scopes, wide: Scopes): boolean {
  if (wide === null) return true;
  return narrow?.every((one) => wide.includes(one)) ?? false;
}

/** Whether a credential with these limits lets in at that time. */
export function isInForce({ notBefore, expiresAt }: Pick<CredentialLimits, "notBefore" | "expiresAt">, at: number): boolean {
  return (notBefore === null || notBefore <= at) && (expiresAt === null || at < expiresAt);
}
