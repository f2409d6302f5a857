import type { Mutation } from "../bundle.ts";

const bookRules = "durable-objects/auction-book-rules.ts";

/** Faults that the author of the auditor added with the defects that were found: what was mended must not come back. */
export const LATER: readonly Mutation[] = [
  {
    id: "no_beside_a_repeat_counts",
    kind: "crowded",
    size: 200,
    file: bookRules,
    description: "A buyer's no is believed while a repeat of the post that it denies is on its way to it.",
    find: 'return bidder?.status === "in_flight" && bidder.round === record.round && bidder.doubt;',
    put: "return false;",
  },
  {
    id: "posts_after_a_no",
    kind: "crowded",
    file: bookRules,
    description: "Who works with an older view posts the lead again to a buyer that has said no meanwhile.",
    find: 'if (bidder.definite_no !== undefined && inDoubt(bidder)) return { kind: "news" };',
    put: "",
  },
  {
    id: "repeat_follows_the_contract",
    size: 200,
    file: "worker/flows/bidder-contract.ts",
    description: "A repeat goes where the contract goes now, though another system of the buyer may have the lead.",
    find: "contract.endpoint.id === bidder.endpoint_id || !inDoubt(bidder)",
    put: 'contract.endpoint.id !== ""',
  },
  {
    id: "capture_of_released",
    size: 200,
    file: "durable-objects/account/settle.ts",
    description: "What was given back is charged all the same.",
    find: "if (!known || !isOpen(known.state)) return contested",
    put: "if (!known) return contested",
  },
];
