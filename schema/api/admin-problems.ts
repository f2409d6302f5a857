/** Codes that only the operator's calls answer with; part of PROBLEMS. */
export const ADMIN_PROBLEMS = {
  forbidden: {
    status: 403,
    meaning: "The operator's role may not make this call.",
    action: "Ask somebody with the role that the detail names; roles stand in `ADMIN_TOKENS` and `ACCESS_ROLES`.",
  },
  invalid_if_match: {
    status: 400,
    meaning: "The If-Match header is not a version.",
    action: 'Send the version that was read, as in `If-Match: "3"`, or leave the header out.',
  },
  already_exists: {
    status: 409,
    meaning: "There is a record with this id already.",
    action: "Change it with PUT or PATCH, or choose another id.",
  },
  too_many_windows: {
    status: 409,
    meaning: "The record has as many maintenance windows as it may have.",
    action: "End some of them first.",
  },
  oauth_not_possible: {
    status: 409,
    meaning: "This endpoint's refresh token cannot be set up by consent.",
    action: "The detail says what its `auth`, or the gateway, lacks.",
  },
  not_resting: {
    status: 409,
    meaning: "The lead is neither in review nor parked.",
    action: "Look at its state: somebody, or a buyer's late answer, may have ended it.",
  },
  no_such_bidder: {
    status: 409,
    meaning: "The named contract's buyer cannot have the lead.",
    action: "Name a contract whose post is unknown in the lead's trace, or end the lead unsold.",
  },
  told_rejected: {
    status: 409,
    meaning: "The lead's publisher was told no for good, and may have sold it elsewhere.",
    action: "End the lead unsold, and book what the buyer owes as an entry.",
  },
  hold_ended: {
    status: 409,
    meaning: "The buyer's hold for this lead has ended.",
    action: "End the lead unsold, and book what the buyer owes as an entry.",
  },
  charged: {
    status: 409,
    meaning: "A buyer accepted the lead and was charged for it; only its end is missing in the book.",
    action: "End it sold to that buyer, and return the sale if it failed.",
  },
  contested: {
    status: 409,
    meaning: "The lead cannot be this buyer's sale any more; its charge was given back.",
    action:
      "Look at the lead: it may be another's by now. Else end it unsold, and book what the buyer owes as an entry.",
  },
  nobody_left: {
    status: 409,
    meaning: "There is nobody to whom this order could send the lead.",
    action: "Name a contract, or mend what keeps the bidders away; else end the lead.",
  },
  in_doubt: {
    status: 409,
    meaning: "Some buyer may have the lead, and the order would send it to another.",
    action: "Ask that buyer first, or take the risk of selling it twice with `accept_risk`.",
  },
  erased: {
    status: 409,
    meaning: "The lead's personal data was erased.",
    action: "Nothing can be sent any more: end the lead.",
  },
  not_sold: {
    status: 409,
    meaning: "The lead, or this reservation, is not sold.",
    action: "Look at the lead's trace: only a sale can be taken back.",
  },
  endpoint_unusable: {
    status: 409,
    meaning: "The endpoint cannot be used: a credential does not open, or no token can be had.",
    action: "The detail says what is missing; nothing was sent.",
  },
  not_ready: {
    status: 409,
    meaning: "The contract cannot go live: points of its checklist are open.",
    action: "`errors` names them. Close them, or (in an emergency) say why with `force`; the audit keeps it.",
  },
  no_price_table: {
    status: 409,
    meaning: "The contract has no table of prices, or one with conditions that no cell of a list can say.",
    action: "Read the record instead; `price` has it all.",
  },
  no_such_contract: {
    status: 422,
    meaning: "There is no such contract on the lead's campaign.",
    action: "Name a contract of the same campaign.",
  },
  price_needed: {
    status: 422,
    meaning: "The contract has no fixed price and made no bid for this lead.",
    action: "Say what it pays: `to.price`.",
  },
  below_promise: {
    status: 422,
    meaning: "What the publisher would get is less than it was promised.",
    action: "Name a higher price; the detail has the promise.",
  },
  entry_conflict: {
    status: 409,
    meaning: "The id of an entry was used before with another kind, amount or reason.",
    action: "Nothing was booked. Use a new id for a new entry.",
  },
  changed_meanwhile: {
    status: 409,
    meaning: "Others change the same record at the same time.",
    action: "Nothing was changed. Repeat the call.",
  },
  record_outdated: {
    status: 409,
    meaning: "The stored record no longer fits its schema.",
    action: "Replace it with PUT, then repeat the call.",
  },
  tests_not_accepted: {
    status: 409,
    meaning: "The contract's endpoint does not accept tests.",
    action:
      "Set the endpoint's `accepts_test` once the buyer has a test mode, or give the call an `answer` to read instead.",
  },
  version_mismatch: {
    status: 412,
    meaning: "The record is not at the version that If-Match names.",
    action: "Read it again and decide anew.",
  },
  ledger_unavailable: {
    status: 503,
    meaning: "The ledger, or a buyer's object, does not answer.",
    action: "Repeat the call unchanged after as long as Retry-After says. Selling goes on meanwhile.",
  },
} as const;
