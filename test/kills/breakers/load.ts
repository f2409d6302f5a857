import { person } from "../people.ts";
import { CAMPAIGN } from "./world.ts";

/** Publishers at a steady rate, whatever the gateway does: a ping, and a post of every offer. */
export class SteadyLoad {
  readonly answers = new Map<string, number>();
  readonly #gateway: string;
  readonly #headers: Record<string, string>;
  #timer: NodeJS.Timeout | null = null;
  #next = 0;

  constructor(gateway: string, key: string) {
    this.#gateway = gateway;
    this.#headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  }

  begin(per_second: number): void {
    this.#timer = setInterval(() => void this.#lead(this.#next++), 1_000 / per_second);
  }

  end(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async #lead(n: number): Promise<void> {
    const { facts, personal, phone_hash } = person(n);
    const ping = await this.#call("/v1/pings", { campaign: CAMPAIGN.id, lead: facts, phone_hash });
    const result =
      ping?.result === "accepted" ? await this.#call("/v1/posts", { ping_id: ping.ping_id, lead: personal }) : ping;
    const word = String(result?.result ?? "broken");
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
  }

  async #call(path: string, body: unknown): Promise<Record<string, unknown> | null> {
    const init = { method: "POST", headers: this.#headers, body: JSON.stringify(body) };
    return fetch(`${this.#gateway}${path}`, { ...init, signal: AbortSignal.timeout(9_000) }).then(
      (response) => response.json() as Promise<Record<string, unknown>>,
      () => null,
    );
  }
}
