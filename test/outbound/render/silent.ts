// Takes the place of the process of expressions, and never says that it is ready.
import { Socket } from "node:net";

new Socket({ fd: 3, readable: true, writable: true }).on("end", () => process.exit(0)).resume();
