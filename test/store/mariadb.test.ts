// The store's contract on MariaDB: a database for each suite on the server that startMariadb gives.
import { lacking } from "../helpers/packages.ts";
import { mariadbEnvironment } from "../helpers/store.ts";
import { storeContract } from "./contract.ts";

storeContract("MariaDB", mariadbEnvironment, lacking("mariadb"));
