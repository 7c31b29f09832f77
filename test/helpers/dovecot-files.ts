// The files of a private Dovecot: its settings, certificate and folders.
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";

export const LOGIN = { user: "desk", pass: "only-for-tests" };

export interface DovecotOptions {
  /** `false` makes a server that knows no IDLE. */
  idle?: boolean;
  /** Offers TLS, by STARTTLS and on a port of its own. PEM. */
  tls?: { key: string; cert: string };
  /** Lets anybody in who knows the one password: each has mails of his own. */
  accounts?: boolean;
  /** Offers XOAUTH2 alone for access tokens, not OAUTHBEARER. */
  xoauth2Only?: boolean;
  /** Takes access tokens too; the token is put behind this address, which answers who it is for (RFC 7662). */
  tokenInfo?: string;
}

/** Whose files and processes: root may not own mails, so under root they belong to nobody. */
function owner(): { uid: number; gid: number; lines: string } {
  const { uid, gid, username } = userInfo();
  if (uid === 0) return { uid: 65534, gid: 65534, lines: "" };
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  const lines = [`default_internal_user = ${username}`, `default_login_user = ${username}`, `default_internal_group = ${group}`];
  return { uid, gid, lines: lines.join("\n") };
}

/** The lines of what not every server can. */
async function extras(folder: string, { tls, tokenInfo, xoauth2Only }: DovecotOptions): Promise<{ tls: string; passdb: string }> {
  if (tls) {
    await writeFile(path.join(folder, "tls.crt"), tls.cert);
    await writeFile(path.join(folder, "tls.key"), tls.key);
  }
  if (tokenInfo) {
    const lines = ["introspection_mode = get", `introspection_url = ${tokenInfo}`, "username_attribute = username"];
    await writeFile(path.join(folder, "oauth2.conf"), [...lines, "active_attribute = active", "active_value = true"].join("\n"));
  }
  const tokens = xoauth2Only ? "xoauth2" : "xoauth2 oauthbearer";
  return {
    tls: tls ? `ssl = yes\nssl_cert = <${folder}/tls.crt\nssl_key = <${folder}/tls.key` : "ssl = no",
    passdb: tokenInfo
      ? `auth_mechanisms = plain ${tokens}\npassdb {\n driver = oauth2\n mechanisms = ${tokens}\n args = ${folder}/oauth2.conf\n}`
      : "",
  };
}

/** Writes all a server needs. */
export async function makeFiles(
  folder: string,
  ports: { port: number; tlsPort: number },
  options: DovecotOptions,
): Promise<void> {
  const { port, tlsPort } = ports;
  const { idle = true } = options;
  const extra = await extras(folder, options);
  const { uid, gid, lines } = owner();
  await chmod(folder, 0o755);
  await mkdir(path.join(folder, "mail"));
  if (userInfo().uid === 0) await chown(path.join(folder, "mail"), uid, gid);
  const config = `
    base_dir = ${folder}/run
    state_dir = ${folder}/state
    log_path = ${folder}/dovecot.log
    protocols = imap
    listen = 127.0.0.1
    ${extra.tls}
    ${extra.passdb}
    disable_plaintext_auth = no
    ${lines}
    first_valid_uid = 1
    mail_location = maildir:${folder}/mail/%u
    mail_fsync = never
    mailbox_idle_check_interval = 1s
    mail_max_userip_connections = 0
    auth_failure_delay = 0
    ${idle ? "" : "imap_capability = IMAP4rev1 LITERAL+ ENABLE UIDPLUS"}
    passdb {
      driver = static
      args = ${options.accounts ? "" : `user=${LOGIN.user} `}password=${LOGIN.pass}
    }
    userdb {
      driver = static
      args = uid=${uid} gid=${gid} home=${folder}/mail/home
    }
    service imap-login {
      chroot =
      service_count = 0
      inet_listener imap {
        port = ${port}
      }
      inet_listener imaps {
        port = ${tlsPort === port ? 0 : tlsPort}
      }
    }
    service anvil {
      chroot =
      # Who logs in wrongly need not wait.
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }`;
  await writeFile(path.join(folder, "dovecot.conf"), config.replace(/^ {4}/gm, ""));
}
