import { writeFileSync } from "node:fs";
import { ROOT } from "../test/support/dialects/files.ts";
import { dialectsPage } from "../test/support/dialects/table.ts";

writeFileSync(`${ROOT}docs/dialects.md`, dialectsPage());
