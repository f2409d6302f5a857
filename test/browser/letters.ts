import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inject } from "vitest";
import { Admin, callJson } from "../../demo/api.ts";

/** A buyer of its own whose posts answer as the test says, and a publisher that waits, so that its leads rest. */
export interface Letters {
  /** What the buyer's system answers to posts from now on. */
  answer(status: number, body: object): void;
  /** Sends a lead; its id. */
  send(n: number): Promise<string>;
  /** Sends a lead; resolves once it rests. */
  rest(n: number): Promise<string>;
  stateOf(lead_id: string): Promise<string>;
  admin: Admin;
  end(): void;
}

const field = (name: string, type: string, kind: string, required: string, sample: string) => ({
  name,
  type,
  class: kind,
  required,
  sample,
});

/** `id`: of the campaign; buyer, endpoint and contract are named after it. */
export async function letters(id: string): Promise<Letters> {
  let now: [number, object] = [503, { error: "down" }];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () =>
      response.writeHead(now[0], { "content-type": "application/json" }).end(JSON.stringify(now[1])),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const admin = new Admin(inject("url"), inject("tokens").admin);
  const key = await configure(admin, id, server);
  const stateOf = async (lead_id: string) =>
    (await admin.get<{ lead: { state: string } }>(`leads/${lead_id}/trace`)).lead.state;
  const send = async (n: number) => {
    const person = { first_name: `Quentin${n}`, phone: `+1512${3_000_000 + n}`, email: `q${n}@canary.example` };
    const body = { campaign: id, lead: { zip: "78704", ...person } };
    // The gateway knows the new campaign within two seconds.
    const { lead_id } = await until(
      () => callJson<{ lead_id?: string }>("POST", `${inject("url")}/v1/leads`, { token: key, body }),
      (answer) => answer.lead_id !== undefined,
    );
    return String(lead_id);
  };
  return {
    admin,
    stateOf,
    answer: (status, body) => {
      now = [status, body];
    },
    send,
    rest: async (n) => {
      const lead_id = await send(n);
      await until(
        () => stateOf(lead_id),
        (state) => state === "review" || state === "parked",
      );
      return lead_id;
    },
    end: () => server.close(),
  };
}

async function configure(admin: Admin, id: string, server: Server): Promise<string> {
  const { port } = server.address() as AddressInfo;
  await admin.create("campaigns", {
    id,
    name: `Letters ${id}`,
    vertical: "test",
    deadlines: { post_ms: 2_000, lead_ms: 2_000 },
    re_auctions: 0,
    fields: [
      field("zip", "zip", "public", "ping", "78704"),
      field("first_name", "string", "personal", "post", "Ada"),
      field("phone", "phone", "personal", "post", "+12125550123"),
      field("email", "email", "personal", "post", "ada@example.com"),
    ],
  } as { id: string });
  await admin.create("buyers", { id, name: `Buyer ${id}`, credit_limit: null } as { id: string });
  await admin.create("endpoints", {
    id: `${id}_http`,
    buyer_id: id,
    name: `Endpoint ${id}`,
    dialect: {
      version: 1,
      post: {
        request: {
          url: `http://127.0.0.1:${port}/post`,
          body: { zip: "{{zip}}", phone: "{{phone}}", first: "{{first_name}}" },
        },
        answer: { rules: [] },
      },
    },
    breaker: { failures: 1_000, within_s: 10, failure_rate: 100 },
  } as { id: string });
  const contract = {
    id: `${id}_c`,
    buyer_id: id,
    endpoint_id: `${id}_http`,
    campaign_id: id,
    name: `Contract ${id}`,
    stage: "live",
  };
  const terms = { price: { type: "fixed", amount: 20 }, retry: { attempts: 1 } };
  await admin.create("contracts", { ...contract, ...terms } as { id: string }, "?force=test+world");
  await admin.create("publishers", { id: `${id}_pub`, name: `Publisher ${id}`, campaigns: [id], mode: "pending" } as {
    id: string;
  });
  const { key } = await admin.post<{ key: string }>(`publishers/${id}_pub/keys`, { label: "browser test" });
  return key;
}

/** Looks again and again, a minute at most: the platform has its own time. */
export async function until<T>(look: () => Promise<T>, good: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = await look().catch((error: unknown) => {
      if (tries > 300) throw error;
      return null;
    });
    if (found !== null && good(found)) return found;
    if (tries > 300) throw new Error(`never so: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
