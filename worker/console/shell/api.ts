import * as z from "zod";
import type { Identity } from "../../routes/admin/identity.ts";
import { vouch } from "../../routes/admin/identity.ts";

const problemSchema = z.object({
  status: z.number(),
  code: z.string(),
  title: z.string().optional(),
  detail: z.string().default(""),
  /** By field: `lead.zip`, `price.amount`. */
  errors: z.array(z.looseObject({ field: z.string().default(""), message: z.string().default("") })).default([]),
});
export type Problem = z.output<typeof problemSchema>;
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; problem: Problem };

const anything = z.unknown();
/** Answers the request as the Worker would; the gateway's own app. */
export type Dispatch = (request: Request) => Promise<Response>;
export type Send = "POST" | "PUT" | "PATCH" | "DELETE";

/** The operator's calls (`/v1/admin`) for one viewer, without a socket between. Pages see what the API shows, and no more. */
export class Api {
  constructor(
    private readonly dispatch: Dispatch,
    private readonly origin: string,
    private readonly who: Identity,
  ) {}

  get(path: string): Promise<Answer<unknown>>;
  get<T extends z.ZodType>(path: string, schema: T): Promise<Answer<z.output<T>>>;
  get(path: string, schema: z.ZodType = anything): Promise<Answer<unknown>> {
    return this.call(new Request(this.url(path)), schema);
  }

  send(method: Send, path: string, body: unknown): Promise<Answer<unknown>>;
  send<T extends z.ZodType>(
    method: Send,
    path: string,
    body: unknown,
    schema: T,
    headers?: Record<string, string>,
  ): Promise<Answer<z.output<T>>>;
  send(
    method: Send,
    path: string,
    body: unknown,
    schema: z.ZodType = anything,
    headers: Record<string, string> = {},
  ): Promise<Answer<unknown>> {
    const init = { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
    return this.call(new Request(this.url(path), init), schema);
  }

  /** As it is: for files (CSV) and streams that are handed on. */
  raw(path: string): Promise<Response> {
    return this.dispatch(vouch(new Request(this.url(path)), this.who));
  }

  /** An id out of an address stays an id: a path that leads elsewhere than it says is no path at all. */
  private url(path: string): string {
    const url = new URL(`${this.origin}/v1/admin${path}`);
    const asked = path.split("?")[0] ?? "";
    const stays = asked.split("/").length === url.pathname.slice("/v1/admin".length).split("/").length;
    return stays && !asked.includes("#") ? url.href : `${this.origin}/v1/admin/nowhere`;
  }

  private async call<T extends z.ZodType>(request: Request, schema: T): Promise<Answer<z.output<T>>> {
    const response = await this.dispatch(vouch(request, this.who));
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) return refused(response.status, body);
    const parsed = schema.safeParse(body);
    if (parsed.success) return { ok: true, value: parsed.data };
    const where = parsed.error.issues.map((issue) => issue.path.join(".")).slice(0, 5);
    return refused(500, {
      code: "internal_error",
      detail: `the answer is not as this page expects: ${where.join(", ")}`,
    });
  }
}

function refused(status: number, body: unknown): { ok: false; status: number; problem: Problem } {
  const given = typeof body === "object" && body !== null ? body : {};
  const known = problemSchema.safeParse({ code: "internal_error", ...given, status });
  const problem = known.success ? known.data : { status, code: "internal_error", detail: "", errors: [] };
  return { ok: false, status, problem };
}

/** `/path?a=1` of what is set; empty values are left out. */
export function query(path: string, values: Record<string, string | number | undefined | null>): string {
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)] as [string, string]],
  );
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}
