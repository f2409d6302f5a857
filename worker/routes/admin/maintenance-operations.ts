import * as z from "zod";
import { maintenanceWindowSchema } from "../../../schema/config/maintenance.ts";
import type { Operation } from "../operation.ts";
import { endQuerySchema, planSchema } from "./maintenance.ts";
import { oneOf, operation } from "./operation-parts.ts";

export const maintenanceAnswer = z.object({
  id: z.string(),
  version: z.int(),
  window: maintenanceWindowSchema.nullable().meta({ description: "What was planned; null: one was taken away." }),
  windows: z.array(maintenanceWindowSchema),
  active: z.boolean().meta({ description: "One of them lasts at this moment." }),
  until: z.iso.datetime().nullable(),
  at_buyer: z.boolean().meta({ description: "The buyer's object knows it already." }),
  message: z.string(),
});

const ofKind = (collection: "buyers" | "endpoints", kind: "buyer" | "endpoint"): Operation[] => [
  operation(collection, {
    method: "post",
    role: "operator",
    path: `/${collection}/:id/maintenance`,
    id: `plan_maintenance_${kind}`,
    summary: `Plan a maintenance window of ${oneOf(kind)}`,
    notes:
      "While it lasts nothing is posted and nobody is pinged (`maintenance`); it begins and ends by itself. From now on when `from` is absent: then it is in force when the call returns. Windows that are over are dropped.",
    request: planSchema.meta({
      examples: [
        { minutes: 60, reason: "buyer moves its servers" },
        { from: "2026-12-05T02:00:00-05:00", to: "2026-12-05T04:00:00-05:00", reason: "announced by mail" },
        {
          id: "sundays",
          weekly: { days: ["sun"], from: "02:00", to: "04:00" },
          time_zone: "America/Chicago",
          reason: "weekly backup",
        },
      ],
    }),
    response: maintenanceAnswer,
    problems: ["not_found", "changed_meanwhile", "too_many_windows"],
  }),
  operation(collection, {
    method: "delete",
    role: "operator",
    path: `/${collection}/:id/maintenance/:window`,
    id: `end_maintenance_${kind}`,
    summary: `End a maintenance window of ${oneOf(kind)}, or call it off`,
    query: endQuerySchema,
    response: maintenanceAnswer,
    problems: ["not_found", "changed_meanwhile"],
  }),
];

export const MAINTENANCE_OPERATIONS: readonly Operation[] = [
  ...ofKind("buyers", "buyer"),
  ...ofKind("endpoints", "endpoint"),
];
