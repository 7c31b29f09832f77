// A mail server that takes a whole mail and then says nothing, until it is told to speak.
import { startScript } from "./email-sink.ts";

export interface SilentServer {
  readonly port: number;
  /** Every mail whose last byte came, whether it was taken or not. */
  readonly mails: readonly string[];
  /** Resolves with the last byte of the next mail, or of one nobody waited for yet. */
  untilWhole(): Promise<void>;
  /** From now on it takes what comes. */
  speak(): void;
  close(): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const mails: string[] = [];
  const waiting: (() => void)[] = [];
  let unseen = 0;
  let isSilent = true;
  let mail: string[] | null = null;
  const ended = (text: string): void => {
    mails.push(text);
    const told = waiting.shift();
    if (told) told();
    else unseen++;
  };
  const script = await startScript((line) => {
    if (mail === null) {
      if (line === "DATA") mail = [];
      return line === "DATA" ? "354 go on" : "250 ok";
    }
    if (line !== ".") {
      mail.push(line);
      return null;
    }
    ended(mail.join("\n"));
    mail = null;
    return isSilent ? null : "250 taken";
  });
  return {
    ...{ port: script.port, mails, close: script.close },
    untilWhole() {
      if (unseen === 0) return new Promise((resolve) => waiting.push(resolve));
      unseen--;
      return Promise.resolve();
    },
    speak() {
      isSilent = false;
    },
  };
}
