import { exports } from "cloudflare:workers";

export interface Sent {
  key?: string;
  /** An object is sent as JSON, everything else as it is. */
  body?: unknown;
  type?: string;
  method?: string;
  headers?: Record<string, string>;
}
export interface Answer {
  status: number;
  type: string;
  headers: Headers;
  text: string;
  /** Of JSON answers; otherwise empty. */
  body: Record<string, unknown>;
}

/** Any request at all, through the real app. */
export async function send(path: string, sent: Sent = {}): Promise<Answer> {
  const { key, body, type = "application/json", method = "POST" } = sent;
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await exports.default.fetch(`https://gateway.test${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(type === "" ? {} : { "content-type": type }),
      ...sent.headers,
    },
    body: body === undefined ? undefined : raw ? (body as BodyInit) : JSON.stringify(body),
  });
  const text = await response.text();
  const answered = response.headers.get("content-type") ?? "";
  const json = /\bjson\b/.test(answered);
  return {
    status: response.status,
    type: answered,
    headers: response.headers,
    text,
    body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** Names of the fields that a problem complains of. */
export const fieldsOf = (answer: Answer): string[] =>
  ((answer.body.errors ?? []) as { field: string }[]).map((error) => error.field);
