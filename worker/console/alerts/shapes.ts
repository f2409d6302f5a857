import * as z from "zod";
import type { OperatorRole } from "../../../schema/lists.ts";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";

/** What the pages need of the calls' answers. */
export const incidentShape = z.looseObject({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  severity: z.enum(["info", "warning", "critical"]),
  state: z.enum(["open", "resolved"]),
  subject: z.string(),
  buyer_id: z.string().nullable(),
  message: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  next: z.string(),
  since: z.string(),
  opened_at: z.string(),
  seen_at: z.string(),
  resolved_at: z.string().nullable(),
  reopened: z.number(),
  told: z.object({ event: z.string(), at: z.string() }).nullable(),
  acknowledged: z.object({ by: z.string(), at: z.string() }).nullable(),
  muted_until: z.string().nullable(),
  muted_subject: z.string().nullable(),
});
export type Incident = z.output<typeof incidentShape>;
export const incidentsShape = z.looseObject({ items: z.array(incidentShape), next: z.string().nullable() });

export const noticeShape = z.looseObject({
  id: z.string(),
  channel_id: z.string(),
  at: z.string(),
  state: z.enum(["waiting", "sent", "failed", "dropped"]),
  tries: z.number(),
  next_at: z.string().nullable(),
  sent_at: z.string().nullable(),
  why: z.string().nullable(),
  alerts: z.array(z.looseObject({ event: z.string(), id: z.string(), kind: z.string(), subject: z.string() })),
  more: z.number(),
});
export type Notice = z.output<typeof noticeShape>;
export const noticesShape = z.looseObject({ items: z.array(noticeShape), next: z.string().nullable() });
export const oneIncidentShape = z.looseObject({ alert: incidentShape, notices: z.array(noticeShape) });

export const watchShape = z.looseObject({
  looked_at: z.string().nullable(),
  failed: z.string().nullable(),
  channels: z.array(
    z.looseObject({
      id: z.string(),
      failed_since: z.string().nullable(),
      why: z.string().nullable(),
      sent_at: z.string().nullable(),
    }),
  ),
  synthetic: z.array(
    z.looseObject({
      id: z.string(),
      at: z.string(),
      ok: z.boolean(),
      result: z.string(),
      ms: z.number(),
      failed_in_row: z.number(),
    }),
  ),
});
export type Watch = z.output<typeof watchShape>;

const record = z.looseObject({
  id: z.string(),
  version: z.number(),
  record: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
});
export type Stored = z.output<typeof record>;
export const recordShape = record;
export const recordsShape = z.looseObject({ items: z.array(record), next: z.string().nullable() });

export const rulesShape = z.looseObject({
  buyer_id: z.string().nullable(),
  silent: z.boolean(),
  cooling_off_min: z.number(),
  quiet: z
    .looseObject({
      time_zone: z.string(),
      from: z.string(),
      to: z.string(),
      days: z.array(z.string()),
      critical_passes: z.boolean(),
    })
    .nullable(),
  items: z.array(
    z.object({
      name: z.string(),
      settings: z.record(z.string(), z.union([z.boolean(), z.number()])),
      set_by_main: z.array(z.string()),
      set_by_buyer: z.array(z.string()),
    }),
  ),
});
export type Rules = z.output<typeof rulesShape>;

/** A form's texts by name; of several of one name all. */
export type Typed = Record<string, string>;
export async function typedOf(c: { req: { parseBody(): Promise<Record<string, unknown>> } }): Promise<Typed> {
  const entries = Object.entries(await c.req.parseBody());
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value.trim()]] : [])),
  );
}

/** A form that the API refused: shown again with each error at its field, nothing typed lost. */
export interface Refused {
  problem: Problem;
  typed: Typed;
}

export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
export const linesOf = (value: unknown): string => (Array.isArray(value) ? value.join("\n") : "");
export const listOf = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter((one) => one !== "");
/** Who may switch a record off. */
export const ADMIN: OperatorRole = "admin";

/** What a form's inputs begin with: what was typed and refused, or what is stored. */
export interface Filled {
  id: string;
  record: Stored | null;
  refused?: Refused;
}
export function filled({ record, refused }: Filled) {
  const own = record?.record ?? {};
  return {
    own,
    value: (name: string): string => refused?.typed[name] ?? textOf(own[name]),
    lines: (name: string): string => refused?.typed[name] ?? linesOf(own[name]),
    error: (name: string): string | undefined => errorOf(refused?.problem, name),
    ticked: (name: string): boolean => (refused ? refused.typed[name] === "on" : own[name] !== false),
    kept: (name: string): string | undefined =>
      record?.secrets.includes(name) ? "One is kept, sealed. Empty: it stays." : undefined,
    version: refused?.typed.version ?? String(record?.version ?? 0),
  };
}
