import type { Deps } from "../../../worker/deps.ts";

/** One post request that a simulated buyer received. */
export interface Posted {
  buyer: string;
  /** The idempotency key: one for all requests of a round. */
  key: string;
  phone: string;
  /** Which request for this consumer, from 1. */
  nth: number;
}

/** What a buyer does with a post: whether it keeps the lead, and what of its answer arrives. */
export type Conduct = (posted: Posted, keep: () => void) => Response | "lost" | "silent";

const ok = (body: object): Response => Response.json(body);
const accepted = () => ok({ result: "accepted", redirect: "https://buyer.example/thanks" });

/** Buyers' behaviour, by name. */
export const CONDUCTS = {
  accepts: (_, keep) => {
    keep();
    return accepted();
  },
  rejects: () => ok({ result: "rejected" }),
  "accepts, answer lost": ({ nth }, keep) => {
    keep();
    return nth === 1 ? "lost" : accepted();
  },
  "accepts, 502 from its proxy": ({ nth }, keep) => {
    keep();
    return nth === 1 ? new Response("<h1>Bad gateway</h1>", { status: 502 }) : accepted();
  },
  "accepts, never answers": (_, keep) => {
    keep();
    return "silent";
  },
  "accepts, answer lost, then duplicate": ({ nth }, keep) => {
    keep();
    return nth === 1 ? "lost" : ok({ result: "duplicate" });
  },
  "breaks down, then rejects": ({ nth }) => (nth === 1 ? "lost" : ok({ result: "rejected" })),
  "breaks down, then takes it": ({ nth }, keep) => {
    if (nth === 1) return "lost";
    keep();
    return accepted();
  },
  "rejects, then takes it": ({ nth }, keep) => {
    if (nth === 1) return ok({ result: "rejected" });
    keep();
    return accepted();
  },
  "not now": () => new Response("", { status: 429, headers: { "retry-after": "30" } }),
} satisfies Record<string, Conduct>;
export type ConductName = keyof typeof CONDUCTS;

/** Buyers behind `fetch`: what they were sent, and what they have kept. */
export class Buyers {
  readonly posts: Posted[] = [];
  /** `<buyer> <phone>`: the leads that buyers believe to have bought. */
  readonly kept = new Set<string>();
  private readonly conducts = new Map<string, Conduct>();
  /** Called with each post at the moment it is dispatched. */
  onPost: (posted: Posted) => void = () => {};

  /** What came of posts whose buyers say it only when they are asked, by key. */
  private readonly results = new Map<string, Response>();

  /** `slow`: they say "pending", and what came of it when they are asked. */
  constructor(
    private readonly bids: Record<string, number>,
    private readonly slow = false,
  ) {}

  private later(key: string, answer: Response): Response {
    if (answer.status !== 200) return answer;
    this.results.set(key, answer);
    return ok({ result: "pending" });
  }

  set(buyer: string, conduct: Conduct): void {
    this.conducts.set(buyer, conduct);
  }

  keeps(buyer: string, phone: string): boolean {
    return this.kept.has(`${buyer} ${phone}`);
  }

  readonly fetch: Deps["fetch"] = async ({ url, init }) => {
    const [, buyer = "", phase = ""] = new URL(url).pathname.split("/");
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, string>) : {};
    if (phase === "ping") return ok({ result: "bid", price: this.bids[buyer] ?? 1, ref: "r" });
    if (phase === "session") return ok({ ok: true, token: `session of ${buyer}` });
    if (phase === "result") return this.results.get(body.key ?? "")?.clone() ?? ok({ result: "pending" });
    const phone = body.phone ?? "";
    const nth = 1 + this.posts.filter((post) => post.buyer === buyer && post.phone === phone).length;
    const posted: Posted = { buyer, key: body.key ?? "", phone, nth };
    this.posts.push(posted);
    this.onPost(posted);
    const answer = (this.conducts.get(buyer) ?? CONDUCTS.accepts)(posted, () => this.kept.add(`${buyer} ${phone}`));
    if (answer === "lost") throw new TypeError("Network connection lost.");
    if (answer !== "silent") return this.slow ? this.later(posted.key, answer) : answer;
    return new Promise((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  };
}
