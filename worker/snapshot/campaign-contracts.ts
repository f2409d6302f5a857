import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { type Candidates, type ContractIndex, contractIndex } from "../auction/contract-index.ts";

/** The compiled contracts by campaign, each campaign's with an index that is made at its first use and kept while they are the same. */
export class CampaignContracts {
  private groups = new Map<string, { contracts: CompiledContract[]; index: ContractIndex | null }>();

  replace(all: Iterable<CompiledContract>): void {
    const before = this.groups;
    this.groups = new Map();
    for (const contract of all) {
      const group = this.groups.get(contract.config.campaign_id);
      if (group) group.contracts.push(contract);
      else this.groups.set(contract.config.campaign_id, { contracts: [contract], index: null });
    }
    for (const [id, group] of this.groups) {
      const known = before.get(id);
      const same = known?.contracts.length === group.contracts.length;
      if (known && same && known.contracts.every((contract, at) => contract === group.contracts[at]))
        group.index = known.index;
    }
  }

  of = (campaign_id: string): CompiledContract[] => this.groups.get(campaign_id)?.contracts ?? [];

  /** Those whose filters may hold for these facts. */
  candidates(campaign_id: string, facts: Fields): Candidates {
    const group = this.groups.get(campaign_id);
    if (!group) return { contracts: [], left_out: 0 };
    group.index ??= contractIndex(group.contracts);
    return group.index.candidates(facts);
  }
}
