import { packedFilterSchema } from "../../schema/config/filter.ts";
import { zipListsOf } from "../auction/compact-filter.ts";
import { type CompiledFilter, filterOf } from "../auction/filters.ts";
import { ZipLists } from "../auction/zip-list.ts";

/** The contracts' filters, compiled once per version of the contract, with equal lists of ZIPs in memory once. */
export class ContractFilters {
  private readonly byContract = new Map<string, CompiledFilter>();
  private readonly lists = new ZipLists();

  of = (contract_id: string): CompiledFilter | undefined => this.byContract.get(contract_id);

  /** Compiles the filter of a contract's record; the record without it, or null when it is no filter. */
  take(contract_id: string, record: unknown): unknown {
    this.byContract.delete(contract_id);
    if (typeof record !== "object" || record === null || !("filter" in record)) return record;
    const { filter, ...rest } = record;
    if (filter === undefined) return rest;
    const parsed = packedFilterSchema.safeParse(filter);
    if (!parsed.success) return null;
    try {
      this.byContract.set(contract_id, filterOf(parsed.data, this.lists));
    } catch {
      return null;
    }
    return rest;
  }

  /** Forgets the filters of other contracts, and lists that no filter has any more. */
  keep(contracts: Pick<ReadonlyMap<string, unknown>, "has">): void {
    for (const id of this.byContract.keys()) if (!contracts.has(id)) this.byContract.delete(id);
    this.lists.keep([...this.byContract.values()].flatMap(({ filter }) => zipListsOf(filter)));
  }
}
