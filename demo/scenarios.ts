import { driver, homeowner, type Person } from "./people.ts";

export interface Scenario {
  title: string;
  /** What to look at in its table. */
  watch: string;
  by: "quotewise" | "leadstream";
  campaign: "auto_insurance" | "home_solar";
  person: () => Person;
  /** two_step: ping, then post. one_step: the whole lead at once. form: a browser's POST. ping_only: nothing is posted. */
  way: "two_step" | "one_step" | "form" | "ping_only";
  timeout_ms?: number;
  min_price?: number;
  test?: boolean;
  /** Sends the same post once more. */
  again?: boolean;
  /** Runs beside the others; its table comes at the end. */
  aside?: boolean;
}

const auto = { by: "quotewise", campaign: "auto_insurance" } as const;

/** The demo's leads in the order in which they are sent. */
export const SCENARIOS: Scenario[] = [
  {
    ...auto,
    title: "A test lead",
    watch: "ZIP 00001 forces a sale to test buyers: no live buyer is called, no money moves.",
    person: () => driver("NY", "00001"),
    way: "one_step",
    test: true,
  },
  {
    ...auto,
    title: "A buyer that does not answer the post",
    watch:
      "Black Hole wins, takes the post and says nothing. Not a yes, not a no: at the deadline the publisher hears no, and no other buyer gets the lead.",
    person: () => driver("FL"),
    way: "two_step",
    aside: true,
  },
  {
    by: "leadstream",
    campaign: "auto_insurance",
    title: "A lost answer, and a publisher that waits",
    watch:
      "Lost Reply takes the lead but its answer is lost. Asked again with the same id it says duplicate: that proves the first post arrived. One sale, and a signed postback.",
    person: () => driver("OH"),
    way: "one_step",
    timeout_ms: 2_000,
    aside: true,
  },
  {
    ...auto,
    title: "Ping, then post",
    watch:
      "All buyers are asked at once; the highest bid wins. The same post sent again gets the same answer and sells nothing twice.",
    person: () => driver("CA"),
    way: "two_step",
    again: true,
  },
  {
    ...auto,
    title: "The browser's form",
    watch: "POST /f/… from the page: sold in one step, the browser goes on to a thank-you page.",
    person: () => driver("CA"),
    way: "form",
  },
  {
    ...auto,
    title: "A cap is reached",
    watch: "First Two has its two leads of today and is not asked any more: the next bid wins.",
    person: () => driver("NY"),
    way: "one_step",
  },
  {
    ...auto,
    title: "The money is used up",
    watch:
      "Thin Wallet has $14 left and bids $36: what it cannot pay does not count. The slow Patient Mutual wins: its endpoint has a second to answer.",
    person: () => driver("NY"),
    way: "one_step",
  },
  {
    ...auto,
    title: "The winner says no",
    watch: "Picky Direct bids most and rejects the post; the next bidder gets the lead while the consumer waits.",
    person: () => driver("TX"),
    way: "one_step",
  },
  {
    ...auto,
    title: "A publisher in a hurry",
    watch: "With timeout_ms 400 there is no time for the slow buyer: a timeout, not a fault.",
    person: () => driver("CA"),
    way: "two_step",
    timeout_ms: 400,
  },
  {
    ...auto,
    title: "A price that nobody pays",
    watch: "min_price 60: the ping is answered rejected, with the reason.",
    person: () => driver("CA"),
    way: "ping_only",
    min_price: 60,
  },
  {
    by: "quotewise",
    campaign: "home_solar",
    title: "Home solar",
    watch: "Another campaign with fields, floor and buyers of its own.",
    person: () => homeowner("AZ"),
    way: "two_step",
  },
];
