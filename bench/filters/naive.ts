import { CONFIG_SCHEMAS } from "../../schema/config/index.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { RawConfigRow } from "../../worker/snapshot/raw-rows.ts";

interface Naive {
  raw: string;
  config: unknown;
  zips: Set<string>;
}

/** What is written first, and what the gateway did before: text, parsed configuration and a `Set` of each list, and a map from value to contracts. */
export class NaiveFilters {
  private readonly contracts = new Map<string, Naive>();
  private index: Map<string, string[]> | null = null;

  apply(rows: RawConfigRow[]): void {
    for (const { kind, id, body } of rows) {
      if (kind !== "contract") continue;
      const config = CONFIG_SCHEMAS.contract.parse(JSON.parse(body));
      const { filter } = config;
      const condition = filter && "all" in filter ? filter.all[0] : undefined;
      const list = condition && "in" in condition ? (condition.in ?? []) : [];
      this.contracts.set(id, { raw: body, config, zips: new Set(list.map(String)) });
    }
    this.index = null;
  }

  candidates(facts: Fields): number {
    this.index ??= this.indexed();
    const zip = String(facts.zip);
    return (this.index.get(zip) ?? []).filter((id) => this.contracts.get(id)?.zips.has(zip)).length;
  }

  private indexed(): Map<string, string[]> {
    const index = new Map<string, string[]>();
    for (const [id, { zips }] of this.contracts)
      for (const zip of zips) {
        const ids = index.get(zip);
        if (ids) ids.push(id);
        else index.set(zip, [id]);
      }
    return index;
  }

  /** As a book keeps it for cold isolates. */
  copy(): string {
    return JSON.stringify([...this.contracts.values()].map(({ raw }) => raw));
  }
}
