import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../../demo/buyers/server.ts";
import { between } from "../support/random.ts";
import { type Habits, type Reaction, react } from "./behaviour.ts";
import type { BuyerBook, Dealing } from "./buyer-book.ts";

export interface Buyer {
  id: string;
  habits: Habits;
  /** Declared to the gateway, and true: a repeat is answered as the first time. Otherwise a known consumer is a "duplicate". */
  idempotent: boolean;
  /** Units. */
  bid(random: () => number): number;
}

interface PostBody {
  phone: string;
  lead_id: string;
  key: string;
  price: number;
}
export interface Postback {
  lead_id: string;
  result: string;
  price: number;
}

/** Buyers, and receivers of postbacks, over real HTTP on 127.0.0.1. Their books outlive every kill of the gateway. */
export class BuyerServer {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly postbacks: Postback[] = [];
  readonly reactions = new Map<string, number>();
  readonly #buyers: Map<string, Buyer>;
  readonly #book: BuyerBook;
  readonly #random: () => number;
  pings = 0;
  posts = 0;

  constructor(buyers: Buyer[], book: BuyerBook, random: () => number) {
    this.#buyers = new Map(buyers.map((buyer) => [buyer.id, buyer]));
    this.#book = book;
    this.#random = random;
    this.#server.keepAliveTimeout = 30_000;
  }

  /** Resolves to the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, who = "", what = ""] = (request.url ?? "").split("/");
    const raw = await readBody(request).catch(() => null);
    if (raw === null) return;
    if (what === "postback") {
      this.postbacks.push(JSON.parse(raw) as Postback);
      return void response.writeHead(204).end();
    }
    const buyer = this.#buyers.get(who);
    if (!buyer) return void response.writeHead(404).end();
    if (what === "ping") return this.#ping(buyer, response);
    const body = JSON.parse(raw) as PostBody;
    if (what === "status") return this.#status(buyer, body.key, response);
    this.#post(buyer, body, response);
  }

  #ping(buyer: Buyer, response: ServerResponse): void {
    this.pings++;
    const bid = Math.round(buyer.bid(this.#random) * 100) / 100;
    this.#later(between(this.#random, 5, 60), () => json(response, { bid, id: "b" }));
  }

  /** Says what the buyer's books say of an earlier post; a request that never arrived is "unknown_order". */
  #status(buyer: Buyer, key: string, response: ServerResponse): void {
    const dealing = this.#book.all().find((one) => one.buyer_id === buyer.id && one.requests.has(key));
    const status = dealing === undefined || dealing.verdict === null ? "unknown_order" : dealing.verdict;
    this.#later(between(this.#random, 5, 60), () => json(response, { status }));
  }

  #post(buyer: Buyer, body: PostBody, response: ServerResponse): void {
    this.posts++;
    const dealing = this.#book.request(buyer.id, body);
    const reaction = react(dealing, buyer.habits, buyer.idempotent, this.#random);
    this.reactions.set(reaction.behaviour, (this.reactions.get(reaction.behaviour) ?? 0) + 1);
    const flight = `${body.key} ${this.posts}`;
    this.#book.in_flight.add(flight);
    response.once("close", () => this.#book.in_flight.delete(flight));
    if (reaction.keeps) dealing.verdict = "accepted";
    else if (reaction.behaviour === "reject") dealing.verdict = "rejected";
    if (reaction.early && reaction.keeps) this.#book.keep(dealing);
    // Its system goes on with the request also where the caller is gone.
    this.#later(reaction.after_ms, () => {
      if (reaction.keeps) this.#book.keep(dealing);
      answer(dealing, reaction, response);
    });
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}

function answer(dealing: Dealing, { behaviour }: Reaction, response: ServerResponse): void {
  if (response.destroyed || response.socket?.destroyed) return;
  dealing.answers.push(behaviour);
  ANSWERS[behaviour](response, dealing);
}

const badGateway = (response: ServerResponse) =>
  response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
const reset = (response: ServerResponse) => response.socket?.resetAndDestroy();
const taken = (response: ServerResponse, { lead_id }: Dealing) =>
  json(response, { status: "accepted", lead: `n${lead_id}` });

const ANSWERS: Record<Reaction["behaviour"], (response: ServerResponse, dealing: Dealing) => void> = {
  accept: taken,
  again: taken,
  reject: (response) => json(response, { status: "rejected", reason: "not for us" }),
  duplicate: (response) => json(response, { status: "duplicate" }),
  busy: (response) => response.writeHead(429, { "retry-after": "1" }).end(),
  kept_502: badGateway,
  lost_502: badGateway,
  kept_reset: reset,
  lost_reset: reset,
  kept_half: (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "64" });
    response.write('{"status":"acc');
    setImmediate(() => response.destroy());
  },
  kept_hang: () => undefined,
  lost_hang: () => undefined,
};

function json(response: ServerResponse, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
