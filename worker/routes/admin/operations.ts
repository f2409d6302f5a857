import { accountEntrySchema } from "../../../schema/config/buyer.ts";
import type { Operation } from "../operation.ts";
import { accountQuery, resetSchema } from "./accounts.ts";
import * as answers from "./answers-schema.ts";
import { buyerKeyRequestSchema } from "./buyer-keys.ts";
import { CHANGE_LOG_OPERATIONS } from "./change-log/index.ts";
import { CREDENTIAL_OPERATIONS } from "./credential-operations.ts";
import { DRIFT_OPERATIONS } from "./drift.ts";
import { GOING_LIVE_OPERATIONS } from "./going-live.ts";
import { keyListSchema, keyRequestSchema, revokeSchema } from "./keys.ts";
import { COLLECTIONS, type Collection, PAUSABLE } from "./kinds.ts";
import { alertListSchema, auditListSchema } from "./lists.ts";
import { MAINTENANCE_OPERATIONS } from "./maintenance-operations.ts";
import { oneOf, operation } from "./operation-parts.ts";
import { PRICE_OPERATIONS } from "./prices.ts";
import { ofCollection } from "./record-operations.ts";
import { SEARCH_OPERATIONS } from "./search.ts";
import { suppressionListSchema, suppressionSchema, unsuppressQuerySchema } from "./suppressions.ts";
import { switchSchema } from "./switches.ts";
import { TRANSFER_OPERATIONS } from "./transfer/operations.ts";
import { VERSION_OPERATIONS } from "./versions/index.ts";

function switches(path: string, tag: string, what: string): Operation[] {
  return (["pause", "resume"] as const).map((word) =>
    operation(tag, {
      method: "post",
      path: `${path}/${word}`,
      role: "operator",
      id: `${word}_${what}`,
      summary: `${word === "pause" ? "Pause" : "Resume"} ${what === "gateway" ? "everything" : oneOf(what)}`,
      request: switchSchema,
      response: answers.switchedSchema,
      problems: ["changed_meanwhile", ...(what === "gateway" ? [] : ["not_found"])],
    }),
  );
}

const OTHERS: Operation[] = [
  ...CREDENTIAL_OPERATIONS,
  operation("publishers", {
    method: "post",
    path: "/publishers/:id/keys",
    id: "create_key",
    summary: "Make an API key; it is shown once",
    request: keyRequestSchema,
    response: answers.newKeySchema,
    problems: ["not_found"],
  }),
  operation("publishers", {
    method: "get",
    path: "/publishers/:id/keys",
    id: "list_keys",
    summary: "List a publisher's keys",
    query: keyListSchema,
    response: answers.keysSchema,
  }),
  operation("publishers", {
    method: "post",
    path: "/publishers/:id/keys/:key/revoke",
    id: "revoke_key",
    summary: "Switch a key off",
    request: revokeSchema,
    response: answers.keySchemaAnswer,
    problems: ["not_found"],
  }),
  operation("publishers", {
    method: "post",
    path: "/publishers/:id/postback-secret",
    id: "create_postback_secret",
    summary: "Make a new secret for signed postbacks; it is shown once",
    response: answers.secretSchema,
    problems: ["not_found", "changed_meanwhile", "record_outdated"],
  }),
  operation("buyers", {
    method: "post",
    path: "/buyers/:id/keys",
    id: "create_buyer_key",
    summary: "Make a buyer's own key; it is shown once",
    notes: "For the buyer's calls under `/v1/buyer`.",
    request: buyerKeyRequestSchema,
    response: answers.newBuyerKeyAnswer,
    problems: ["not_found", "changed_meanwhile"],
  }),
  operation("buyers", {
    method: "get",
    path: "/buyers/:id/keys",
    id: "list_buyer_keys",
    summary: "List a buyer's keys",
    query: keyListSchema,
    response: answers.buyerKeysSchema,
  }),
  operation("buyers", {
    method: "post",
    path: "/buyers/:id/keys/:key/revoke",
    id: "revoke_buyer_key",
    summary: "Switch a buyer's key off",
    request: revokeSchema,
    response: answers.buyerKeyAnswer,
    problems: ["not_found"],
  }),
  operation("buyers", {
    method: "post",
    path: "/buyers/:id/entries",
    id: "create_entry",
    summary: "Book a deposit, a credit or an adjustment",
    notes: "The same `id` again is booked once.",
    request: accountEntrySchema,
    response: answers.bookedSchema,
    problems: ["not_found", "entry_conflict"],
  }),
  operation("buyers", {
    method: "get",
    path: "/buyers/:id/account",
    id: "get_account",
    summary: "Balance, holds, caps and breakers of a buyer",
    query: accountQuery,
    response: answers.accountSchema,
    problems: ["not_found"],
  }),
  operation("endpoints", {
    method: "post",
    path: "/endpoints/:id/breaker/reset",
    role: "operator",
    id: "reset_breaker",
    summary: "Close an endpoint's breaker",
    request: resetSchema,
    response: answers.resetAnswerSchema,
    problems: ["not_found"],
  }),
  operation("suppressions", {
    method: "post",
    path: "/suppressions",
    id: "suppress",
    summary: "Never sell a consumer again",
    request: suppressionSchema,
    response: answers.suppressedSchema,
  }),
  operation("suppressions", {
    method: "get",
    path: "/suppressions",
    id: "list_suppressions",
    summary: "List suppressed hashes",
    query: suppressionListSchema,
    response: answers.suppressionsSchema,
  }),
  operation("suppressions", {
    method: "delete",
    path: "/suppressions/:hash",
    id: "unsuppress",
    summary: "Take a hash off the list",
    query: unsuppressQuerySchema,
    response: answers.unsuppressedSchema,
    problems: ["not_found"],
  }),
  operation("operations", {
    method: "get",
    path: "/audit",
    id: "list_audit",
    summary: "Who did what, newest first",
    query: auditListSchema,
    response: answers.auditSchema,
  }),
  operation("operations", {
    method: "get",
    path: "/alerts",
    id: "list_alerts",
    summary: "What an operator must look at, newest first",
    query: alertListSchema,
    response: answers.alertsSchema,
  }),
];

/** The operator's calls of this folder, for the API document; a test holds the list against the routes. */
export const ADMIN_OPERATIONS: readonly Operation[] = [
  ...(Object.keys(COLLECTIONS) as Collection[]).flatMap(ofCollection),
  ...PAUSABLE.flatMap((collection) => switches(`/${collection}/:id`, collection, COLLECTIONS[collection])),
  ...switches("/gateway", "operations", "gateway"),
  ...OTHERS,
  ...SEARCH_OPERATIONS,
  ...CHANGE_LOG_OPERATIONS,
  ...MAINTENANCE_OPERATIONS,
  ...TRANSFER_OPERATIONS,
  ...GOING_LIVE_OPERATIONS,
  ...VERSION_OPERATIONS,
  ...PRICE_OPERATIONS,
  ...DRIFT_OPERATIONS,
];
