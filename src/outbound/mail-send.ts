// Sends one mail by SMTP: its server's address is judged before it is connected to, and an idle session is used where there is one.
import { isIP } from "node:net";
import type { Guard } from "./guard.ts";
import type { SmtpPool } from "./mail-pool.ts";
import { openSession, type SmtpAnswer, SmtpFailure, type SmtpMail, type SmtpServer } from "./mail-session.ts";
import { takenVerdict, troubleVerdict, type Verdict } from "./mail-verdict.ts";

/** One mail on its way. */
export interface Sending {
  /** Judges where the mail server stands; made with the ports of mail servers. */
  checkHost: Guard["checkHost"];
  pool: SmtpPool;
  /** Whose sessions may be used. */
  owner: string;
  server: Omit<SmtpServer, "address">;
  mail: SmtpMail;
  signal: AbortSignal;
}

const MOST_ADDRESSES = 3;

/** Sends it over an idle session or a new one. An idle one may have died unnoticed, so a new one is tried after it. */
export async function sendMail(sending: Sending): Promise<Verdict> {
  const { checkHost, pool, owner, signal } = sending;
  const { host, port, security } = sending.server;
  const target = await checkHost(host, port);
  if (!target.ok) return noTarget(target.code, target.detail);
  const addresses = target.addresses.slice(0, MOST_ADDRESSES);
  if (security === "none" && !addresses.every(isLoopback))
    return { class: "permanent", code: "insecure", detail: "Mail without TLS goes to this machine only.", answer: null };
  let last: Verdict = noTarget("dns", `No address was found for ${host}.`);
  for (const address of addresses) {
    const server = { ...sending.server, address };
    const idle = pool.take(owner, server);
    const first = idle ? await attempt(sending, server, async () => idle) : null;
    const tried = first && !isLost(first) ? first : await attempt(sending, server, () => openSession(server, signal));
    if ("taken" in tried) return takenVerdict(tried.taken);
    last = troubleVerdict(tried.trouble);
    if (tried.trouble.stage !== "connect" || tried.trouble.reply !== null || signal.aborted) break;
  }
  return last;
}

type Attempt = { taken: SmtpAnswer } | { trouble: SmtpFailure["trouble"] };

async function attempt(
  { pool, owner, mail, signal }: Sending,
  server: SmtpServer,
  open: () => ReturnType<typeof openSession>,
): Promise<Attempt> {
  try {
    const session = await open();
    const taken = await session.send(mail, signal);
    pool.give(owner, server, session);
    return { taken };
  } catch (error) {
    if (error instanceof SmtpFailure) return { trouble: error.trouble };
    throw error;
  }
}

/** Whether the connection broke, or was closed by the server (421), before the mail was handed over: sending it again cannot double it. */
function isLost(attempt: Attempt): boolean {
  if ("taken" in attempt || attempt.trouble.stage !== "send") return false;
  return attempt.trouble.reply === null || attempt.trouble.reply === 421;
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

function noTarget(code: "forbidden_address" | "invalid_url" | "dns", detail: string): Verdict {
  return { class: code === "dns" ? "transient" : "permanent", code, detail, answer: null };
}
