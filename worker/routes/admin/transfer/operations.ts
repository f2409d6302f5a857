import type { Operation } from "../../operation.ts";
import { operation } from "../operation-parts.ts";
import { exportAnswerSchema, exportQuerySchema } from "./export.ts";
import { importAnswerSchema, importQuerySchema, importSchema } from "./import.ts";

/** Configuration as a whole; `npm run config` makes files of it. */
export const TRANSFER_OPERATIONS: Operation[] = [
  operation("configuration", {
    method: "get",
    path: "/export",
    id: "exportConfiguration",
    summary: "All records, without secrets",
    notes:
      "Campaigns, publishers, buyers, endpoints, contracts and forms, in an order in which they can be written. Of secrets only the names; API keys are none of it.",
    query: exportQuerySchema,
    response: exportAnswerSchema,
  }),
  operation("configuration", {
    method: "post",
    path: "/import",
    id: "importConfiguration",
    summary: "Write many records, or see what that would change",
    notes:
      "Every record is checked as if all were written already; one that conflicts or does not fit refuses all. At most 100 changed records a call, a dry run takes thousands. What is not named stays; `status` and secrets stay where a record does not name them.",
    request: importSchema,
    query: importQuerySchema,
    response: importAnswerSchema,
    problems: ["version_mismatch", "changed_meanwhile"],
  }),
];
