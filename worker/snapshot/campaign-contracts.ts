import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { type Candidates, type ContractIndex, contractIndex } from "../auction/contract-index.ts";

interface Group {
  contracts: CompiledContract[];
  index: ContractIndex | null;
  /** Of the last index: most changes leave the lists of ZIPs as they are. */
  zips: ContractIndex["zips"] | undefined;
}

/** The compiled contracts by campaign, each campaign's with an index that is made at its first use and kept while they are the same. */
export class CampaignContracts {
  private groups = new Map<string, Group>();

  replace(all: Iterable<CompiledContract>): void {
    const before = this.groups;
    this.groups = new Map();
    for (const contract of all) {
      const group = this.groups.get(contract.config.campaign_id);
      if (group) group.contracts.push(contract);
      else this.groups.set(contract.config.campaign_id, { contracts: [contract], index: null, zips: undefined });
    }
    for (const [id, group] of this.groups) {
      const known = before.get(id);
      const same = known?.contracts.length === group.contracts.length;
      if (known && same && known.contracts.every((contract, at) => contract === group.contracts[at]))
        group.index = known.index;
      else group.zips = known?.index?.zips ?? known?.zips;
    }
  }

  of = (campaign_id: string): CompiledContract[] => this.groups.get(campaign_id)?.contracts ?? [];

  /** Those whose filters may hold for these facts. */
  candidates(campaign_id: string, facts: Fields): Candidates {
    const group = this.groups.get(campaign_id);
    if (!group) return { contracts: [], left_out: 0 };
    group.index ??= contractIndex(group.contracts, group.zips);
    group.zips = undefined;
    return group.index.candidates(facts);
  }
}
