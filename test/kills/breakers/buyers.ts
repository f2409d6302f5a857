import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../../../demo/buyers/server.ts";
import { between } from "../../support/random.ts";
import { bidOf, LANES, type Lane, type Outage } from "./world.ts";

const UNTIL_ANSWER_MS = { ping: [5, 60], post: [50, 200] } as const;

/** The buyers of the chart, over real HTTP on 127.0.0.1. While {@link outage} is set, each fails in its own way in its own phase. */
export class FailingBuyers {
  outage = false;
  /** Requests by endpoint and phase, each with its time (epoch ms). HEAD and everything else alike. */
  readonly calls = new Map<string, number[]>();
  readonly #lanes = new Map<string, Lane>(LANES.map((lane) => [lane.endpoint_id, lane]));
  readonly #random: () => number;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(random: () => number) {
    this.#random = random;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, endpoint_id = "", phase = ""] = (request.url ?? "").split("/");
    if (phase !== "ping" && phase !== "post") return void response.writeHead(404).end();
    if ((await readBody(request).catch(() => null)) === null) return;
    const key = `${endpoint_id} ${phase}`;
    this.calls.set(key, [...(this.calls.get(key) ?? []), Date.now()]);
    const lane = this.#lanes.get(endpoint_id);
    if (this.outage && lane?.phase === phase) return FAILURES[lane.buyer_id](response);
    const [least, most] = UNTIL_ANSWER_MS[phase];
    const body =
      phase === "ping" ? { bid: Math.round(bidOf(endpoint_id, this.#random) * 100) / 100 } : { status: "accepted" };
    setTimeout(
      () => {
        if (response.destroyed) return;
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      },
      between(this.#random, least, most),
    ).unref();
  }
}

const FAILURES: Record<Outage, (response: ServerResponse) => void> = {
  hang: () => undefined,
  reset: (response) => response.socket?.resetAndDestroy(),
  half: (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "64" });
    response.write('{"bid":');
    setImmediate(() => response.destroy());
  },
  error: (response) => response.writeHead(500, { "content-type": "text/plain" }).end("error"),
};
