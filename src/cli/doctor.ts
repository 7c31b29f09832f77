// `crossdesk doctor`: what is wrong with an installation, one line each, and what to do.
import type { Finding } from "../app/doctor/finding.ts";
import { readSettings } from "../settings.ts";
import { type CliCommand, EXIT, goOn, textOf, WrongUsage } from "./command.ts";

const TEXT = `
Looks at the installation whose settings are in the environment: settings and
addresses, database and its durability, migrations, secret key, disk, clocks,
site, SOAP contracts, mailboxes (connects, logs in, opens the folder), partners'
systems. One line each: ok, warning or wrong, what it is and what to do. It may
run beside a running gateway, and changes nothing.

Exit code 1 when something is wrong; warnings alone leave it at 0.`;

const MARK: Record<Finding["state"], string> = { ok: "ok     ", warning: "warning", wrong: "WRONG  " };

export const doctor: CliCommand = {
  summary: "say what is wrong with the installation and what to do",
  line: "doctor [--call] [--url URL] [--json]",
  text: TEXT,
  options: {
    call: { type: "boolean", says: "calls the addresses of partners' systems too (HEAD, without credentials)" },
    url: { type: "string", value: "URL", says: "a running gateway whose clock is compared (or CROSSDESK_URL)" },
    json: { type: "boolean", says: "prints each finding as JSON, one a line" },
  },
  async run(call) {
    const url = textOf(call, "url") ?? call.env["CROSSDESK_URL"] ?? "";
    if (url !== "" && !URL.canParse(url)) throw new WrongUsage(`"${url}" is no address of a gateway.`);
    const json = call.values["json"] === true;
    const show = ({ check, state, says }: Finding): Promise<void> =>
      call.print(json ? JSON.stringify({ check, state, says }) : `${MARK[state]}  ${check}: ${says}`);
    let settings: ReturnType<typeof readSettings>;
    try {
      settings = readSettings(call.env);
    } catch (error) {
      await show({ check: "settings", state: "wrong", says: error instanceof Error ? error.message : String(error) });
      return EXIT.failed;
    }
    await show({ check: "settings", state: "ok", says: "all can be read" });
    const { examine } = await import("../app/doctor/examine.ts");
    let ill = false;
    const options = { gateway: url === "" ? null : new URL(url), call: call.values["call"] === true, signal: call.signal };
    for await (const finding of examine(settings, options)) {
      ill ||= finding.state === "wrong";
      await show(finding);
    }
    goOn(call, "Stopped.");
    return ill ? EXIT.failed : EXIT.done;
  },
};
