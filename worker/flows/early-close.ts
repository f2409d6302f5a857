import type { Money } from "../../schema/money.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { rulesFor } from "../auction/decide.ts";
import { EarlyClose } from "../auction/early-close.ts";
import type { FanOutCall } from "../buyers/fan-out.ts";
import type { PingReading } from "../buyers/read-ping.ts";
import type { AuctionInput } from "./auction.ts";
import { type AskedCall, rulesOf } from "./ping-calls.ts";

export interface Closing {
  /** Those that may bid most go first: a dialer's six answers come together, and the best bid would wait for five others. */
  calls: FanOutCall[];
  /** For the fan-out. */
  enough(index: number, result: DialResult): boolean;
  /** What was read of this result when it came: an answer is read once. */
  read(index: number, result: DialResult): PingReading | undefined;
}

/** Watches the bids as they come; null: the campaign waits for everybody. `standing`: contracts with a standing price. */
export function closing(
  input: AuctionInput,
  bidders: readonly CompiledContract[],
  calls: readonly AskedCall[],
  standing: readonly CompiledContract[],
  available: ((contract: CompiledContract) => Money | null | undefined) | undefined,
): Closing | null {
  const { early_close, mode } = input.campaign.config.auction;
  if (early_close === undefined || mode !== "highest") return null;
  const asked = { ...rulesOf(input), available };
  const watch = new EarlyClose(
    bidders.map((contract) => rulesFor(asked, contract)),
    early_close.fallback_bids,
  );
  for (const contract of standing) watch.stands(contract.priceAt(input.facts), rulesFor(asked, contract));
  const came = new Map<number, { result: DialResult; reading: PingReading }>();
  return {
    calls: calls.map((call, place) => ({ ...call, worth: watch.most(place) })),
    enough(index, result) {
      const reading = calls[index]?.read(result);
      if (reading) came.set(index, { result, reading });
      const bid = reading?.outcome === "bid" ? reading.bid : undefined;
      watch.came(index, bid?.price ?? null);
      return watch.decided();
    },
    read: (index, result) => {
      const known = came.get(index);
      return known?.result === result ? known.reading : undefined;
    },
  };
}
