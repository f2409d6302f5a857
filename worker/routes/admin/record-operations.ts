import type { Operation } from "../operation.ts";
import * as answers from "./answers-schema.ts";
import { COLLECTIONS, type Collection, WIRE_SCHEMAS } from "./kinds.ts";
import { ifMatch, oneOf, operation } from "./operation-parts.ts";
import { changeQuerySchema, historyQuerySchema, listQuerySchema, rollbackSchema } from "./records.ts";

/** Create, read, list, replace, change, history, rollback and the switches of one kind of record. */
export const ofCollection = (collection: Collection): Operation[] => [...reading(collection), ...changing(collection)];

const RACED = ["version_mismatch", "changed_meanwhile", "invalid_if_match"];

function reading(collection: Collection): Operation[] {
  const kind = COLLECTIONS[collection];
  const [path, wire, tag] = [`/${collection}`, WIRE_SCHEMAS[kind], collection];
  return [
    operation(tag, {
      method: "get",
      path,
      id: `list_${collection.replaceAll("-", "_")}`,
      summary: `List ${collection}`,
      query: listQuerySchema(kind),
      response: answers.recordsOf(wire),
    }),
    operation(tag, {
      method: "get",
      path: `${path}/:id`,
      id: `get_${kind}`,
      summary: `Read ${oneOf(kind)}`,
      response: answers.recordOf(wire),
      problems: ["not_found"],
    }),
    operation(tag, {
      method: "get",
      path: `${path}/:id/history`,
      id: `history_${kind}`,
      summary: `Every version of ${oneOf(kind)}, with its author`,
      query: historyQuerySchema,
      response: answers.versionsOf(wire),
      problems: ["not_found"],
    }),
  ];
}

function changing(collection: Collection): Operation[] {
  const kind = COLLECTIONS[collection];
  const [path, wire, tag] = [`/${collection}`, WIRE_SCHEMAS[kind], collection];
  const one = answers.recordOf(wire);
  const change = { query: changeQuerySchema, headers: ifMatch, response: one };
  return [
    operation(tag, {
      method: "post",
      path,
      id: `create_${kind}`,
      summary: `Create ${oneOf(kind)}`,
      request: wire,
      query: changeQuerySchema,
      response: one,
      problems: ["already_exists"],
    }),
    operation(tag, {
      ...change,
      method: "put",
      path: `${path}/:id`,
      id: `put_${kind}`,
      summary: `Replace ${oneOf(kind)}, or create it`,
      notes: "Members that are left out go back to their defaults; only `status` and secrets stay as they are.",
      request: wire,
      problems: RACED,
    }),
    operation(tag, {
      ...change,
      method: "patch",
      path: `${path}/:id`,
      id: `patch_${kind}`,
      summary: `Change some members of ${oneOf(kind)}`,
      notes: "Top-level members that the body names are replaced as a whole.",
      request: wire.partial(),
      problems: [...RACED, "not_found"],
    }),
    operation(tag, {
      method: "post",
      path: `${path}/:id/rollback`,
      id: `rollback_${kind}`,
      summary: `Make an earlier version of ${oneOf(kind)} the newest`,
      notes: "Secrets and `status` stay the present ones.",
      request: rollbackSchema,
      headers: ifMatch,
      response: one,
      problems: [...RACED, "not_found"],
    }),
  ];
}
