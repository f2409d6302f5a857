import type { Context } from "hono";
import * as z from "zod";
import { idSchema, timeZoneSchema } from "../../../schema/config/common.ts";
import { clock, DAYS } from "../../../schema/config/filter.ts";
import { MAX_WINDOWS, maintenanceWindowSchema } from "../../../schema/config/maintenance.ts";
import { inMaintenance, isOver } from "../../auction/maintenance.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { iso, no, type Read, readBodyAs, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { type Saved, saveRecord } from "./write.ts";

const PLACES = { buyers: "buyer", endpoints: "endpoint" } as const;
export type MaintainedKind = (typeof PLACES)[keyof typeof PLACES];

const instant = z.iso.datetime({ offset: true, error: "must be ISO 8601 with an offset, like 2026-11-28T02:00:00Z" });

/** A window that is to be planned: from now or a later time on, for so many minutes or up to a time; or hours of each week. */
export const planSchema = z
  .strictObject({
    id: idSchema.optional().meta({ description: "Absent: one is made. The id of a window that is there changes it." }),
    from: instant.optional().meta({ description: "Absent: now." }),
    to: instant.optional(),
    minutes: z.int().min(1).max(43_200).optional().meta({ description: "In place of `to`." }),
    weekly: z
      .strictObject({ days: z.array(z.enum(DAYS)).min(1), from: clock, to: clock })
      .optional()
      .meta({ description: "In place of the others: hours of each week in `time_zone`." }),
    time_zone: timeZoneSchema.optional(),
    reason: reasonSchema,
  })
  .refine(({ to, minutes, weekly }) => [to, minutes, weekly].filter((one) => one !== undefined).length === 1, {
    path: ["to"],
    message: "give one of to, minutes and weekly",
  });
type Plan = z.output<typeof planSchema>;
export const endQuerySchema = z.strictObject({ reason: reasonSchema });

type Window = z.input<typeof maintenanceWindowSchema>;
type C = Context<AdminEnv>;

/** Planned maintenance of a buyer or an endpoint, without touching anything else of its record. */
export function maintenanceRoutes(app: AdminApp): void {
  for (const [collection, kind] of Object.entries(PLACES) as [keyof typeof PLACES, MaintainedKind][]) {
    app.post(`/${collection}/:id/maintenance`, (c) => plan(c, kind));
    app.delete(`/${collection}/:id/maintenance/:window`, (c) => end(c, kind));
  }
}

async function plan(c: C, kind: MaintainedKind): Promise<Response> {
  const body = await readBodyAs(c, planSchema);
  if (!body.ok) return body.response;
  const now = c.var.ctx.now();
  const window = windowOf(body.value, now);
  const saved = await change(c, kind, body.value.reason, "plan_maintenance", (windows) => {
    const kept = windows.filter((each) => each.id !== window.id && !over(each, now));
    return kept.length < MAX_WINDOWS
      ? { ok: true, value: [...kept, window] }
      : no(409, "too_many_windows", `there are ${MAX_WINDOWS} windows already: end some of them first`);
  });
  return saved.ok ? c.json(answer(kind, window, saved.value, now), 201) : saved.response;
}

async function end(c: C, kind: MaintainedKind): Promise<Response> {
  const query = readQuery(c, endQuerySchema);
  if (!query.ok) return query.response;
  const now = c.var.ctx.now();
  const id = c.req.param("window") ?? "";
  const saved = await change(c, kind, query.value.reason, "end_maintenance", (windows) =>
    windows.some((each) => each.id === id)
      ? { ok: true, value: windows.filter((each) => each.id !== id && !over(each, now)) }
      : no(404, "not_found", "there is no such maintenance window"),
  );
  return saved.ok ? c.json(answer(kind, null, saved.value, now)) : saved.response;
}

function change(
  c: C,
  kind: MaintainedKind,
  reason: string,
  action: string,
  next: (windows: Window[]) => Read<Window[]>,
): Promise<Read<Saved>> {
  const { ctx, author } = c.var;
  return saveRecord(ctx, {
    kind,
    id: c.req.param("id") ?? "",
    author,
    reason,
    audit: { action, detail: reason },
    build: async (current: StoredConfig | null) => {
      if (!current) return no(404, "not_found", `there is no such ${kind}`);
      const changed = next((current.body.maintenance ?? []) as Window[]);
      return changed.ok ? { ok: true, value: { ...current.body, maintenance: changed.value } } : changed;
    },
  });
}

/** As it is stored: times as they are written, or as they follow from `minutes`. */
function windowOf({ id, from, to, minutes, weekly, time_zone, reason }: Plan, now: number): Window {
  const zone = time_zone === undefined ? {} : { time_zone };
  // A second of an epoch is short, sorts by time, and tells windows apart that one person makes.
  const named = { id: id ?? `w${Math.floor(now / 1_000).toString(36)}`, reason: reason.slice(0, 200), ...zone };
  if (weekly) return { ...named, weekly };
  const begins = from ?? iso(now);
  return { ...named, from: begins, to: to ?? iso(Date.parse(begins) + (minutes ?? 0) * 60_000) };
}

const over = (window: Window, now: number): boolean => {
  const read = maintenanceWindowSchema.safeParse(window);
  return read.success && isOver(read.data, now);
};

function answer(kind: MaintainedKind, window: Window | null, { stored, at_buyer }: Saved, now: number) {
  const windows = (stored.body.maintenance ?? []) as Window[];
  const lasts = inMaintenance(
    windows.flatMap((each) => maintenanceWindowSchema.safeParse(each).data ?? []),
    now,
  );
  return {
    id: stored.id,
    version: stored.version,
    window,
    windows,
    /** In maintenance at this moment, and until when. */
    active: lasts !== null,
    until: lasts === null ? null : iso(lasts.until),
    at_buyer: at_buyer ?? false,
    message: messageOf(kind, lasts !== null, at_buyer ?? false),
  };
}

function messageOf(kind: MaintainedKind, active: boolean, at_buyer: boolean): string {
  if (!at_buyer) return "Recorded. The buyer's object did not answer: it follows with its next reservation.";
  return active
    ? `In force now: nothing more is posted to this ${kind}; pings follow within two seconds. It ends by itself.`
    : `Known to the buyer's object now: it begins and ends by itself.`;
}
