// The store's contract on SQLite.
import { sqliteEnvironment } from "../helpers/store.ts";
import { storeContract } from "./contract.ts";

storeContract("SQLite", sqliteEnvironment);
