import { UsageError } from "../shared/output.ts";
import type { FileRecord } from "./folder.ts";

export interface Stored extends FileRecord {
  version: number;
}
export interface Imported {
  kind: FileRecord["kind"];
  id: string;
  action: "create" | "change" | "same" | "conflict" | "invalid";
  version: number;
  written: boolean;
  problems: { field: string; message: string }[];
}
export type Send = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

const MS = 60_000;

/** The gateway's admin calls over HTTP. @throws UsageError when it cannot be reached. */
export function sender(url: string, token: string): Send {
  return async (method, path, body) => {
    const response = await fetch(`${url.replace(/\/+$/, "")}/v1/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(MS),
    }).catch((error: unknown) => {
      throw new UsageError(`the gateway at ${url} does not answer: ${error instanceof Error ? error.message : "?"}`);
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) as unknown };
    } catch {
      throw new UsageError(`the gateway at ${url} answers ${response.status} and no JSON`);
    }
  };
}

interface Problem {
  detail?: string;
  errors?: { field: string; message: string }[];
  items?: Imported[];
}

/** All records of the gateway. */
export async function exportAll(send: Send): Promise<Stored[]> {
  const all: Stored[] = [];
  let after: string | null = null;
  do {
    const path: string = `/export?limit=500${after === null ? "" : `&after=${encodeURIComponent(after)}`}`;
    const { status, body } = await send("GET", path);
    if (status !== 200) throw new UsageError(`export was refused (${status}): ${(body as Problem).detail ?? ""}`);
    const page = body as { items: Stored[]; next: string | null };
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

/** One record as an import takes it. */
export interface ToSend {
  kind: FileRecord["kind"];
  version: number;
  record: Record<string, unknown>;
}

/** What would become of them. */
export async function dryRun(send: Send, records: ToSend[]): Promise<Imported[]> {
  const { status, body } = await send("POST", "/import?dry_run=true", { records });
  if (status !== 200) throw new UsageError(refusal(status, body as Problem));
  return (body as { items: Imported[] }).items;
}

/** Writes them; what was written before a refusal is in `items`. */
export async function writeAll(
  send: Send,
  records: ToSend[],
  reason: string,
): Promise<{ items: Imported[]; refused: string | null }> {
  const { status, body } = await send("POST", `/import?reason=${encodeURIComponent(reason)}`, { records });
  const { items = [] } = body as { items?: Imported[] };
  return { items, refused: status === 200 ? null : refusal(status, body as Problem) };
}

function refusal(status: number, { detail = "", errors = [] }: Problem): string {
  return [`refused (${status}): ${detail}`, ...errors.map(({ field, message }) => `  ${field} ${message}`)].join("\n");
}
