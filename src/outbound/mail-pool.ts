// Idle SMTP sessions, kept a short while for the next mail to the same server under the same name. Bounded in number and
// time; a session is lent to one mail at a time.
import { hash } from "node:crypto";
import type { SmtpServer, SmtpSession } from "./mail-session.ts";

export interface SmtpPool {
  /** An idle session for this server, or null. */
  take(system: string, server: SmtpServer): SmtpSession | null;
  give(system: string, server: SmtpServer, session: SmtpSession): void;
  close(): void;
}

const MOST_PER_SERVER = 2;
const MOST_IDLE = 32;

interface Idle {
  key: string;
  session: SmtpSession;
  timer: NodeJS.Timeout;
}

/** Makes an empty pool. Sessions that nobody took for `idleMs` are closed: servers hang up on idle clients (RFC 5321 section 4.5.3.2.7). */
export function createSmtpPool(idleMs = 15_000): SmtpPool {
  let idle: Idle[] = [];
  let closed = false;
  const drop = (one: Idle): void => {
    clearTimeout(one.timer);
    idle = idle.filter((other) => other !== one);
  };
  return {
    take(system, server) {
      const key = keyOf(system, server);
      for (const one of idle.filter((other) => other.key === key)) {
        drop(one);
        if (one.session.usable()) return one.session;
      }
      return null;
    },
    give(system, server, session) {
      const key = keyOf(system, server);
      const same = idle.filter((one) => one.key === key).length;
      if (closed || !session.usable() || same >= MOST_PER_SERVER || idle.length >= MOST_IDLE) return session.close();
      const one: Idle = {
        key,
        session,
        timer: setTimeout(() => {
          drop(one);
          session.close();
        }, idleMs),
      };
      one.timer.unref();
      idle.push(one);
    },
    close() {
      closed = true;
      for (const one of idle) {
        drop(one);
        one.session.close();
      }
    },
  };
}

/** A changed password, address or certificate makes another key. */
function keyOf(system: string, { host, address, port, security, login, ca }: SmtpServer): string {
  const secret = login && "password" in login ? hash("sha256", login.password, "hex") : "";
  return JSON.stringify([system, host, address, port, security, login?.user ?? null, secret, ca ?? null]);
}
