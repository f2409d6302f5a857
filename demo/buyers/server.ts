import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as a simulated buyer sees it. `n` counts this buyer's requests of the phase, from 1. */
export interface Call {
  n: number;
  /** Parsed JSON, or form or query fields as an object; the raw text when it is neither. */
  body: unknown;
  headers: IncomingMessage["headers"];
}
export interface Reply {
  status?: number;
  /** Text is sent as it is, everything else as JSON. */
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  /** Ms before the answer begins. */
  after_ms?: number;
}
/** What a buyer answers; null = it takes the request and never answers. */
export type Behaviour = (call: Call) => Reply | null;
export interface SimulatedBuyer {
  ping: Behaviour;
  post: Behaviour;
}
export type Phase = "ping" | "post" | "postback";
/** Requests that arrived: counts only, a buyer's log holds no consumer's data. */
export type Received = Record<Phase, number>;

export interface BuyerServerOptions {
  /** 0: any free one. */
  port?: number;
  /** By the name in their path: `/buyers/<name>/ping` and `/buyers/<name>/post`. */
  buyers: Record<string, SimulatedBuyer>;
  /** Sees each raw request before its answer, for tests that look into it. */
  onRequest?: (name: string, phase: Phase, raw: string, headers: IncomingMessage["headers"]) => void;
  /** Every other path: the demo's pages. */
  otherwise?: (request: IncomingMessage, response: ServerResponse) => void;
}
export interface BuyerServer {
  url: string;
  received(name: string): Received;
  /** Ends every connection, also those that wait for an answer that never comes. */
  close(): Promise<void>;
}

const ROUTE = /^\/(buyers|publishers)\/([a-z0-9_-]+)\/(ping|post|postback)(?:\?|$)/;
const MAX_BODY = 1_000_000;

/**
 * Simulated buyers (and receivers of publishers' postbacks at `/publishers/<name>/postback`) over real HTTP on 127.0.0.1.
 * Rejects with the system's error (`EADDRINUSE`) when the port is taken.
 */
export async function startBuyers(options: BuyerServerOptions): Promise<BuyerServer> {
  const counts = new Map<string, Received>();
  const timers = new Set<NodeJS.Timeout>();
  const received = (name: string): Received => {
    const known = counts.get(name) ?? { ping: 0, post: 0, postback: 0 };
    counts.set(name, known);
    return known;
  };
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = "", phase] = ROUTE.exec(request.url ?? "") ?? [];
    const buyer = kind === "buyers" ? options.buyers[name] : undefined;
    if (!phase || (kind === "buyers" ? !buyer || phase === "postback" : phase !== "postback")) {
      if (options.otherwise) return options.otherwise(request, response);
      return void response.writeHead(404).end();
    }
    const raw = await readBody(request);
    options.onRequest?.(name, phase as Phase, raw, request.headers);
    const n = ++received(name)[phase as Phase];
    if (!buyer) return void response.writeHead(204).end();
    const behaviour = phase === "ping" ? buyer.ping : buyer.post;
    const reply = behaviour({ n, body: parsed(raw, request), headers: request.headers });
    if (reply) later(reply.after_ms ?? 0, () => send(response, reply));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      for (const timer of timers) clearTimeout(timer);
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close };
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const text = typeof reply.body === "string";
  const type = reply.type ?? (text ? "text/html; charset=utf-8" : "application/json");
  response.writeHead(reply.status ?? 200, { "content-type": type, ...reply.headers });
  response.end(text ? reply.body : JSON.stringify(reply.body ?? {}));
}

/** @throws when the body is larger than a buyer's system would take. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) throw new Error("body too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(raw: string, request: IncomingMessage): unknown {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  if (raw === "") return Object.fromEntries(query);
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(raw));
  }
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
