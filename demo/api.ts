import { DemoError } from "./output.ts";

/** JSON over HTTP. @throws DemoError naming the call and the gateway's own explanation, when the status is not 2xx. */
export async function callJson<T>(
  method: string,
  url: string,
  options: { token?: string; body?: unknown } = {},
): Promise<T> {
  const { status, text } = await call(method, url, options);
  if (status < 200 || status > 299)
    throw new DemoError(`${method} ${new URL(url).pathname} answered ${status}: ${text.slice(0, 600)}`);
  return JSON.parse(text) as T;
}

export async function call(
  method: string,
  url: string,
  options: { token?: string; body?: unknown } = {},
): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}

/** The operator's calls. */
export class Admin {
  readonly url: string;
  readonly token: string;
  constructor(gatewayUrl: string, token: string) {
    this.url = `${gatewayUrl}/v1/admin`;
    this.token = token;
  }
  get<T>(path: string): Promise<T> {
    return callJson<T>("GET", `${this.url}/${path}`, { token: this.token });
  }
  post<T>(path: string, body: unknown): Promise<T> {
    return callJson<T>("POST", `${this.url}/${path}`, { token: this.token, body });
  }
  /**
   * Creates a record. One that exists (`--keep`) stays as it is, unless it holds addresses of this run: ports may have changed.
   * @throws DemoError with the gateway's own explanation when it is refused.
   */
  async create(collection: Collection, body: { id: string }, query = ""): Promise<void> {
    const { token } = this;
    let { status, text } = await call("POST", `${this.url}/${collection}${query}`, { token, body });
    if (status === 409) {
      if (!HOLDS_ADDRESSES.includes(collection)) return;
      ({ status, text } = await call("PUT", `${this.url}/${collection}/${body.id}`, { token, body }));
    }
    if (status >= 200 && status <= 299) return;
    throw new DemoError(`${collection} "${body.id}" was refused with ${status}: ${text.slice(0, 900)}`);
  }

  /** A contract that sells at once: simulated buyers need no going-live checklist. */
  createLive(contract: { id: string }): Promise<void> {
    return this.create("contracts", { ...contract, stage: "live" } as { id: string }, "?force=simulated+buyers");
  }
}

export type Collection = "campaigns" | "publishers" | "buyers" | "endpoints" | "contracts" | "forms";
const HOLDS_ADDRESSES: Collection[] = ["endpoints", "publishers", "forms"];
