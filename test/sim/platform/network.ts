import type { Asked, Witness } from "../auditor/witness.ts";
import type { SimBuyer } from "../world/buyer.ts";
import type { Arrived, Deed, Reply } from "../world/replies.ts";
import type { Invocation } from "./invocation.ts";
import { LOST, type Stage } from "./stage.ts";

/** What the gateway reads of a response, without the cost of a real one. `broken`: the body ends in a reset connection. */
function responseOf(reply: Extract<Reply, { kind: "answer" }>): Response {
  const { status, headers = {}, body, half = false } = reply;
  let left: Uint8Array | null = new TextEncoder().encode(body);
  const reader = {
    read: async () => {
      const value = left;
      left = null;
      if (value && value.byteLength > 0) return { done: false, value };
      if (half) throw new Error(LOST);
      return { done: true, value: undefined };
    },
    cancel: async () => {},
  };
  const response = {
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    body: { getReader: () => reader },
  };
  return response as unknown as Response;
}

/** The network between the gateway and everybody else. What a buyer decides on a request's arrival stands, whatever becomes of its answer. */
export class SimNetwork {
  /** Told of each post that a buyer got. */
  posted: (buyer: SimBuyer, deed: Deed) => void = () => {};

  constructor(
    private readonly stage: Stage,
    private readonly buyers: ReadonlyMap<string, SimBuyer>,
    private readonly witness: Witness,
  ) {}

  readonly fetch = (from: Invocation, { url, init }: { url: string; init: RequestInit }): Promise<Response> => {
    const { host, pathname, searchParams } = new URL(url);
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (fn: () => void) => {
        if (over) return;
        over = true;
        from.resume(fn);
      };
      init.signal?.addEventListener("abort", () => end(() => reject(new Error("aborted"))));
      const { time, dice } = this.stage;
      const sent_at = time.now();
      const headers = Object.entries((init.headers ?? {}) as Record<string, string>);
      const method = init.method ?? "GET";
      // A buyer's second system does what its first does.
      const path = pathname.replace(/^\/2(?=\/)/, "");
      const request: Arrived = { method, path, url, headers, body: String(init.body ?? "") };
      time.after(dice.between(1, 15), () => {
        if (host === "pub.example") return this.publisher(searchParams, resolve, reject, end);
        const { asked, reply } = this.arrive(host, request, sent_at);
        if (reply.kind === "silence") return;
        time.after(reply.after_ms + dice.between(1, 15), () => {
          if (asked) {
            asked.heard = !over && !from.dead && reply.kind === "answer" && !reply.half;
            this.witness.heard(asked);
          }
          end(reply.kind === "breaks" ? () => reject(new Error(LOST)) : () => resolve(responseOf(reply)));
        });
      });
    });
  };

  private arrive(host: string, request: Arrived, sent_at: number): { asked: Asked | null; reply: Reply } {
    const buyer = this.buyers.get(host.split(".")[0] ?? "");
    if (!buyer) return { asked: null, reply: { kind: "breaks", after_ms: 1 } };
    const probe = request.method === "HEAD" || !request.body.includes('"n"');
    const kind = probe && request.path !== "/status" ? "probe" : (request.path.slice(1) as Asked["kind"]);
    const text = `${request.url} ${request.body} ${request.headers.join(" ")}`;
    if (kind === "probe") {
      const reply = buyer.probe(request.path);
      const of = { buyer: buyer.id, kind, n: -1, sent_at, text, reply };
      this.witness.asked({ ...of, deed: null, heard: null, kept: false });
      return { asked: null, reply };
    }
    const deed = kind === "ping" ? null : kind === "post" ? buyer.post(request) : buyer.status(request);
    const reply = deed ? deed.reply : buyer.ping(request);
    const n = deed ? deed.n : Number((JSON.parse(request.body) as { n: string }).n.slice(1));
    const asked: Asked = { buyer: buyer.id, kind, n, sent_at, text, reply, deed, heard: null, kept: false };
    this.stage.journal.write(
      n < 0 ? null : n,
      `${buyer.id} ${kind} ${deed?.conduct ?? ""} -> ${JSON.stringify(reply)}`,
    );
    this.witness.asked(asked);
    if (deed && kind === "post") this.posted(buyer, deed);
    return { asked, reply };
  }

  /** A pending publisher's postback; its system is now and then down. */
  private publisher(
    query: URLSearchParams,
    resolve: (response: Response) => void,
    reject: (error: Error) => void,
    end: (fn: () => void) => void,
  ): void {
    const { dice, time } = this.stage;
    const fails = dice.chance(0.05);
    if (!fails || dice.chance(0.5))
      this.witness.postback(query.get("lead") ?? "", query.get("result") ?? "", query.get("price") ?? "");
    time.after(dice.between(5, 50), () =>
      end(() =>
        fails ? reject(new Error(LOST)) : resolve(responseOf({ kind: "answer", after_ms: 0, status: 200, body: "" })),
      ),
    );
  }
}
