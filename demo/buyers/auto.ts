import { accepts, bids, declines, erratic, forgetsToAnswer, rejects, silent } from "./behaviours.ts";
import type { Player } from "./cast.ts";
import { flatDialect, nestedDialect } from "./dialects.ts";
import { exchangeDialect, fixedPriceDialect } from "./dialects-exchange.ts";
import { exchange, flat, nested, offers } from "./speech.ts";

const AUTO = "auto_insurance";
const states = (...names: string[]) => ({ field: "state", in: names });
const highestBid = { campaign_id: AUTO, price: { type: "bid" } } as const;

/** Buyers of car insurance enquiries, one for each thing that can happen. @param site the demo's own pages. */
export const autoBuyers = (site: string): Player[] => [
  {
    id: "swift_auto",
    name: "Swift Auto",
    about: "Fast: answers in about 12 ms and takes every lead.",
    behaves: { ping: bids(flat, 21.105), post: accepts(flat, 40, `${site}/welcome`) },
    deposit: 5_000,
    endpoint: (at) => ({ dialect: flatDialect(at) }),
    contracts: [highestBid],
  },
  {
    id: "patient_mutual",
    name: "Patient Mutual",
    about: "Slow: needs 700 ms for a bid; its contract allows 1 s.",
    behaves: { ping: bids(nested, 34.5, 700), post: accepts(nested, 90) },
    credentials: { partner_key: "demo-partner-key" },
    endpoint: (at) => ({ dialect: nestedDialect(at), ping_timeout_ms: 1_000 }),
    contracts: [highestBid],
  },
  {
    id: "quiet_insurance",
    name: "Quiet Insurance",
    about: "Silent: takes pings and never answers them.",
    behaves: { ping: silent, post: silent },
    endpoint: (at) => ({ dialect: flatDialect(at), ping_timeout_ms: 100 }),
    contracts: [highestBid],
  },
  {
    id: "moody_media",
    name: "Moody Media",
    about: "Erratic: HTTP 500, HTML, `12,50`, -1, a billion, and now and then a proper bid.",
    behaves: { ping: erratic(flat, 19.25), post: accepts(flat) },
    endpoint: (at) => ({ dialect: flatDialect(at) }),
    contracts: [{ ...highestBid, price: { type: "bid", max_bid: 60 } }],
  },
  {
    id: "picky_direct",
    name: "Picky Direct",
    about: "Bids most in Texas, then rejects every post.",
    behaves: { ping: bids(flat, 45), post: rejects(flat, "outside our underwriting rules") },
    endpoint: (at) => ({ dialect: flatDialect(at) }),
    contracts: [{ ...highestBid, filter: states("TX") }],
  },
  {
    id: "choosy_cover",
    name: "Choosy Cover",
    about: "Never bids.",
    behaves: { ping: declines(nested), post: rejects(nested, "no bid was made") },
    credentials: { partner_key: "demo-partner-key" },
    endpoint: (at) => ({ dialect: nestedDialect(at) }),
    contracts: [highestBid],
  },
  {
    id: "first_two",
    name: "First Two",
    about: "Capped: bids high, takes two leads a day.",
    behaves: { ping: bids(exchange, 38), post: accepts(exchange) },
    credentials: { api_key: "demo-exchange-key" },
    endpoint: (at) => ({ dialect: exchangeDialect(at) }),
    contracts: [{ ...highestBid, caps: [{ per: "day", count: 2 }] }],
  },
  {
    id: "thin_wallet",
    name: "Thin Wallet",
    about: "Prepaid, New York: its $50 are enough for one lead at $36.",
    behaves: { ping: bids(exchange, 36, 20), post: accepts(exchange) },
    deposit: 50,
    credentials: { api_key: "demo-exchange-key" },
    endpoint: (at) => ({ dialect: exchangeDialect(at) }),
    contracts: [{ ...highestBid, filter: states("NY") }],
  },
  {
    id: "black_hole",
    name: "Black Hole",
    about: "Bids most in Florida; its post is never answered, so nobody knows whether it has the lead.",
    behaves: { ping: bids(flat, 52), post: silent },
    endpoint: (at) => ({ dialect: flatDialect(at), post_timeout_ms: 1_500 }),
    contracts: [{ ...highestBid, filter: states("FL") }],
  },
  {
    id: "lost_reply",
    name: "Lost Reply",
    about: "Bids most in Ohio; takes the lead but its answer gets lost; asked again, it says `duplicate`.",
    behaves: { ping: bids(nested, 41.75), post: forgetsToAnswer(nested) },
    credentials: { partner_key: "demo-partner-key" },
    endpoint: (at) => ({ dialect: nestedDialect(at), post_timeout_ms: 1_500, idempotent: true }),
    contracts: [{ ...highestBid, filter: states("OH") }],
  },
  {
    id: "steady_eight",
    name: "Steady Eight",
    about: "Fixed price of $8: not pinged, buys what nobody pays more for.",
    behaves: { ping: silent, post: accepts(offers) },
    deposit: 1_000,
    credentials: { token: "demo-token" },
    endpoint: (at) => ({ dialect: fixedPriceDialect(at) }),
    contracts: [{ campaign_id: AUTO, price: { type: "fixed", amount: 8 } }],
  },
];
