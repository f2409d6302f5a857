import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, type Asked, Buyer } from "./buyer.ts";
import { type Chosen, chosen, FAULTS } from "./faults.ts";
import { send } from "./wire.ts";

export interface FaultyOptions {
  /** 0: any free one. */
  port?: number;
  api_key?: string;
  signing_key?: string;
  /** In force for every request that names none itself: `slow:500`, `500_stored`. */
  fault?: string;
}
export interface FaultyBuyer {
  url: string;
  buyer: Buyer;
  /** Changes the fault in force; null: none. */
  setFault(fault: string | null): void;
  close(): Promise<void>;
}

const MAX_BODY = 2_000_000;
/** `/ping`, `/post`, `/status`, and the same below `/fault/<name>`. */
const ROUTE = /^(?:\/fault\/([^/]+))?\/(ping|post|status)$/;

/**
 * A buyer's system on 127.0.0.1 that misbehaves on demand: by its path (`/fault/slow:500/post`), the query (`?fault=`), a header
 * (`X-Fault`), a value of the lead (`last_name: "fault:hang"`), or for every request. Rejects with the system's error when the port is taken.
 */
export async function startFaultyBuyer(options: FaultyOptions = {}): Promise<FaultyBuyer> {
  const { api_key = "test-key", signing_key = "test-signing-key" } = options;
  const buyer = new Buyer({ api_key, signing_key, now: Date.now });
  let always = options.fault === undefined ? null : options.fault;
  if (always !== null && !chosen(always)) throw new Error(`there is no fault ${always}`);
  const timers = new Set<NodeJS.Timeout>();
  let line: Promise<void> = Promise.resolve();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, inPath, phase] = ROUTE.exec(decodeURIComponent(url.pathname)) ?? [];
    if (phase === undefined) return house(request, response, url, buyer);
    const raw = await read(request);
    const asked: Asked = {
      phase: phase as Asked["phase"],
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      raw,
      body: objectOf(raw),
      order: url.searchParams.get("order") ?? "",
    };
    const wanted = inPath ?? url.searchParams.get("fault") ?? asked.headers["x-fault"] ?? inLead(asked) ?? always;
    const fault = wanted === null || wanted === undefined ? null : chosen(wanted);
    if (wanted && !fault) return send(response, unknownFault(wanted), null, timers);
    const active = fault && (fault.fault.phase === undefined || fault.fault.phase === asked.phase) ? fault : null;
    if (active?.fault.wire?.kind !== "one_by_one") return send(response, answered(asked, active), active, timers);
    line = line.then(() => oneByOne(timers));
    await line;
    send(response, answered(asked, active), active, timers);
  }

  function answered(asked: Asked, active: Chosen | null): Answer {
    const { fault, arg = null } = active ?? {};
    if (fault?.instead) return fault.instead(arg);
    const answer = buyer.answer(asked, new Set(fault?.leaves));
    return fault?.says ? fault.says(answer, arg, asked) : answer;
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buyer,
    setFault: (fault) => {
      if (fault !== null && !chosen(fault)) throw new Error(`there is no fault ${fault}`);
      always = fault;
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const ONE_MS = 150;
const oneByOne = (timers: Set<NodeJS.Timeout>): Promise<void> =>
  new Promise((resolve) => {
    timers.add(setTimeout(resolve, ONE_MS));
  });

/** `fault:slow:500` as the value of any member of the lead: a lead through the gateway can ask for it too. */
function inLead({ body }: Asked): string | null {
  const value = Object.values(body ?? {}).find((one) => typeof one === "string" && /^fault:/i.test(one));
  return typeof value === "string" ? value.slice("fault:".length).toLowerCase() : null;
}

const unknownFault = (name: string): Answer => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error: `there is no fault ${name.slice(0, 60)}`, faults: Object.keys(FAULTS) }),
});

/** What is not the buyer's: the ledger, the dialect, a list of words. */
function house(request: IncomingMessage, response: ServerResponse, url: URL, buyer: Buyer): void {
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body, null, 2));
  };
  const path = `${request.method} ${url.pathname}`;
  if (path === "DELETE /ledger") {
    buyer.forget();
    response.writeHead(204).end();
  } else if (path === "GET /ledger") json(200, { received: buyer.counts, kept: buyer.kept });
  else if (path === "GET /faults")
    json(200, Object.fromEntries(Object.entries(FAULTS).map(([name, { say }]) => [name, say])));
  else if (path === "GET /dialect.yaml") {
    response.writeHead(200, { "content-type": "application/yaml" });
    response.end(dialectText(`http://${request.headers.host ?? "127.0.0.1"}`));
  } else json(404, { paths: ["/ping", "/post", "/status", "/ledger", "/faults", "/dialect.yaml"] });
}

/** The dialect that this buyer speaks, with its address. */
export const dialectText = (url: string): string =>
  readFileSync(new URL("dialect.yaml", import.meta.url), "utf8").replaceAll("http://127.0.0.1:8900", url);

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function objectOf(raw: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
