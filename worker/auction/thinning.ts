import { drawOf } from "./ranking.ts";

/**
 * A contract with few places left is asked less often, so that publishers are not promised what nobody will be able to buy.
 * Guesses, on purpose on the careful side: how many isolates make offers at the same time without knowing of each other, and which
 * share of the offers is posted. `reserve` is exact, whatever is guessed here.
 */
export const ISOLATES = 4;
export const POSTED_SHARE = 0.5;

export interface Offered {
  /** Places left under the tightest count cap; null = plenty, or no cap. */
  left: number | null;
  /** Offers that this isolate has made for the contract, that live, and that nobody has posted yet. */
  outstanding: number;
}

/**
 * The share of pings, 0 to 1, that the contract is asked in. All of them while this ping and the posts that are expected of the offers
 * outstanding fit what is left; beyond that it falls steeply, but never to zero while a place is left: most offers are not posted.
 */
export function askedShare({ left, outstanding }: Offered): number {
  if (left === null) return 1;
  if (left <= 0) return 0;
  const expected = outstanding * ISOLATES * POSTED_SHARE;
  return Math.exp(-Math.max(0, expected + 1 - left) / left);
}

/** Is this contract left out of this auction? `seed`: of the auction; every contract has a draw of its own, apart from that for ties. */
export function thinned(offered: Offered, seed: number, contract_id: string): boolean {
  const share = askedShare(offered);
  return share < 1 && drawOf(seed, `thin/${contract_id}`) / 2 ** 32 >= share;
}
