import type { VirtualTime } from "./virtual-time.ts";

/** A request as a buyer gets it. What it decides on arrival stands, whatever becomes of its answer. */
export interface Arrived {
  method: string;
  url: string;
  headers: Headers;
  body: string;
  /** 0 for the first request to this host. */
  n: number;
}

/** How a buyer behaves to one request. */
export interface Reply {
  /** Ms from arrival to the answer's headers. */
  after_ms: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Ms from the headers to the body; `null`: the body never ends. */
  body_after_ms?: number | null;
  /** Instead of an answer: nothing, for ever; or the connection breaks at `after_ms`. */
  fault?: "silent" | "reset";
}
export type Behaviour = (request: Arrived) => Reply;

/** One request in the emulated network, for auditors. Times are epoch ms; `null` = it has not come to that. */
export interface Traffic extends Arrived {
  host: string;
  /** When `fetch` was called, when a connection was had, when the answer's headers came back. */
  called_at: number;
  sent_at: number;
  answered_at: number | null;
  /** When the caller gave up; equal to `sent_at` when the connection came too late to send anything. */
  aborted_at: number | null;
}

const LOST = "Network connection lost.";

/** The buyers' side of the network. */
export class EmulatedNetwork {
  readonly traffic: Traffic[] = [];
  private readonly hosts = new Map<string, { behaviour: Behaviour; count: number }>();

  constructor(private readonly time: VirtualTime) {}

  buyer(host: string, behaviour: Behaviour): void {
    this.hosts.set(host, { behaviour, count: 0 });
  }

  async send(url: string, init: RequestInit, called_at: number): Promise<Response> {
    const { host } = new URL(url);
    const buyer = this.hosts.get(host);
    const request = {
      method: init.method ?? "GET",
      url,
      headers: new Headers(init.headers),
      body: String(init.body ?? ""),
      n: buyer?.count ?? 0,
    };
    const entry: Traffic = {
      ...request,
      host,
      called_at,
      sent_at: this.time.now(),
      answered_at: null,
      aborted_at: null,
    };
    this.traffic.push(entry);
    if (!buyer) throw new Error(LOST);
    buyer.count++;
    const reply = buyer.behaviour(request);
    try {
      await abortable(this.time, reply.fault === "silent" ? null : reply.after_ms, init.signal);
    } catch (error) {
      entry.aborted_at = this.time.now();
      throw error;
    }
    if (reply.fault === "reset") throw new Error(LOST);
    entry.answered_at = this.time.now();
    return responseOf(this.time, reply);
  }
}

/** The platform's own limit: so many connections waiting for headers, the others queue in silence, first in first out. */
export class Connections {
  private used = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly size = 6) {}

  /** Holds a connection while `work` lasts. A signal that aborts in the queue ends the wait. */
  async hold<T>(signal: AbortSignal | null | undefined, work: () => Promise<T>): Promise<T> {
    await this.take(signal);
    try {
      return await work();
    } finally {
      this.used--;
      this.queue.shift()?.();
    }
  }

  private take(signal: AbortSignal | null | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.used < this.size) {
      this.used++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const granted = (): void => {
        this.used++;
        resolve();
      };
      this.queue.push(granted);
      signal?.addEventListener("abort", () => {
        const at = this.queue.indexOf(granted);
        if (at < 0) return;
        this.queue.splice(at, 1);
        reject(signal.reason);
      });
    });
  }
}

/** Resolves after `ms` (`null`: never); rejects when the signal aborts first. */
function abortable(time: VirtualTime, ms: number | null, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = ms === null ? () => {} : time.timer(resolve, ms);
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => {
      cancel();
      reject(signal.reason);
    });
  });
}

function responseOf(time: VirtualTime, { status = 200, headers = {}, body = "", body_after_ms = 0 }: Reply): Response {
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  if (body_after_ms === 0) return new Response(body, { status, headers });
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      if (body_after_ms === null) return controller.enqueue(new TextEncoder().encode(body));
      time.timer(() => {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      }, body_after_ms);
    },
  });
  return new Response(slow, { status, headers });
}
