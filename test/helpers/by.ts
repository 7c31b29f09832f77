// In whose name tests do what an operator does.
import type { By } from "../../src/lib/by.ts";

export const BY: By = { who: "admin", address: "192.0.2.7", requestId: "req-7" };
