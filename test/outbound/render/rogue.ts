// Takes the place of the process of expressions, and does what a body says: an expression that got hold of the process.
import { Socket } from "node:net";

interface Asked {
  body: string;
}

const channel = new Socket({ fd: 3, readable: true, writable: true });
const answer = (text: string): boolean => channel.write(`${text}\n`);

const DEEDS: Readonly<Record<string, () => void>> = {
  good: () => void answer('{"kind":"body","value":"good"}'),
  garbage: () => void answer("{not json"),
  strange: () => void answer('{"kind":"owned","value":1}'),
  endless: () => void channel.write("x".repeat(5_000_000)),
  exit: () => process.exit(0),
  retire: () => process.exit(90),
};

channel.setEncoding("utf8").on("data", (chunk) => {
  for (const { body } of String(chunk)
    .trim()
    .split("\n")
    .flatMap((line) => JSON.parse(line) as Asked[]))
    DEEDS[body]?.();
});
channel.on("end", () => process.exit(0));
answer("ready");
