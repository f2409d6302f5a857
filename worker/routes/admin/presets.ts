import { inboundPreset } from "../../inbound/presets.ts";
import { problem } from "../problem.ts";
import type { Read } from "./body.ts";
import { find } from "./checks/references.ts";
import type { AdminContext } from "./context.ts";
import type { RecordKind } from "./kinds.ts";

type Body = Record<string, unknown>;

/** An inbound record that names a ready dialect gets it whole, with what it says itself merged over it; the name is not kept. */
export async function withPreset(ctx: AdminContext, kind: RecordKind, written: Body): Promise<Read<Body>> {
  if (kind !== "inbound" || written.preset === undefined) return { ok: true, value: written };
  const { preset, dialect, ...body } = written;
  const ready = await inboundPreset(String(preset));
  if (ready.dialect) {
    const fitting = await withFieldsOf(ctx, ready.dialect, campaignsOf(body));
    return { ok: true, value: { ...body, dialect: merged(fitting, dialect) } };
  }
  const errors = [{ field: "preset", message: `must be one of ${ready.names.join(", ")}`, code: "unknown" }];
  return { ok: false, response: problem(422, "invalid_fields", "there is no such ready dialect", errors) };
}

/** A ready dialect reads more fields than one campaign has: those that it has not are left out. */
async function withFieldsOf(ctx: AdminContext, dialect: Body, campaigns: string[]): Promise<Body> {
  const known = new Set(["phone_hash", "email_hash"]);
  for (const id of campaigns) for (const { name } of (await find(ctx, "campaign", id))?.fields ?? []) known.add(name);
  const { request } = dialect;
  if (!isObject(request) || !isObject(request.fields)) return dialect;
  const fields = Object.fromEntries(Object.entries(request.fields).filter(([name]) => known.has(name)));
  return { ...dialect, request: { ...request, fields } };
}

function campaignsOf({ campaign_id, campaigns }: Body): string[] {
  const mapped = isObject(campaigns) && isObject(campaigns.map) ? Object.values(campaigns.map) : [];
  const others = isObject(campaigns) ? [campaigns.default] : [];
  return [campaign_id, ...mapped, ...others].filter((id) => typeof id === "string");
}

/** Objects member by member; everything else is replaced. */
function merged(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isObject(base) || !isObject(over)) return over;
  const names = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, merged(own(base, name), own(over, name))]));
}

const own = (of: Body, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);
const isObject = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);
