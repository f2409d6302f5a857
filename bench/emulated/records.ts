import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { EmulatedGateway } from "../../test/support/emulated-gateway.ts";

/** All auctions that this gateway writes from now on, as they reach their books. */
export function recordsOf(gateway: EmulatedGateway): AuctionRecord[] {
  const records: AuctionRecord[] = [];
  const { book } = gateway.objects;
  gateway.objects.book = (shard) => {
    const port = book(shard);
    const record: typeof port.record = (command) => {
      records.push(...command.auctions);
      return port.record(command);
    };
    return new Proxy(port, { get: (target, name) => (name === "record" ? record : Reflect.get(target, name)) });
  };
  return records;
}
