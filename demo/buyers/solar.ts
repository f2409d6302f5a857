import { accepts, bids, declines } from "./behaviours.ts";
import type { Player } from "./cast.ts";
import { fixedPriceDialect, offersDialect } from "./dialects-exchange.ts";
import { offers } from "./speech.ts";

const SOLAR = "home_solar";
const homeowners = { field: "homeowner", eq: true };

/** Buyers of home solar enquiries. */
export const solarBuyers: Player[] = [
  {
    id: "sun_harvest",
    name: "Sun Harvest",
    about: "An installer: homeowners with a bill from $100 a month.",
    behaves: { ping: bids(offers, 62.5, 30), post: accepts(offers, 80) },
    deposit: 2_000,
    credentials: { token: "demo-token" },
    endpoint: (at) => ({ dialect: offersDialect(at) }),
    contracts: [
      {
        campaign_id: SOLAR,
        price: { type: "bid" },
        filter: { all: [homeowners, { field: "electric_bill", gte: 100 }] },
      },
    ],
  },
  {
    id: "cloudy_days",
    name: "Cloudy Days",
    about: "An installer that has no free crew: never bids.",
    behaves: { ping: declines(offers, 15), post: accepts(offers) },
    credentials: { token: "demo-token" },
    endpoint: (at) => ({ dialect: offersDialect(at) }),
    contracts: [{ campaign_id: SOLAR, price: { type: "bid" } }],
  },
  {
    id: "roof_club",
    name: "Roof Club",
    about: "Fixed price of $25 for homeowners; not pinged.",
    behaves: { ping: declines(offers), post: accepts(offers) },
    credentials: { token: "demo-token" },
    endpoint: (at) => ({ dialect: fixedPriceDialect(at) }),
    contracts: [{ campaign_id: SOLAR, price: { type: "fixed", amount: 25 }, filter: homeowners }],
  },
];
