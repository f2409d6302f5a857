import type { Operation } from "../operation.ts";
import { credentialsAnswerSchema, credentialsSchema, startedOAuthSchema, startOAuthSchema } from "./credentials.ts";
import { ifMatch, operation } from "./operation-parts.ts";

const PATH = "/endpoints/:id/credentials";
const CHANGE = {
  path: PATH,
  request: credentialsSchema,
  headers: ifMatch,
  response: credentialsAnswerSchema,
  problems: ["not_found", "version_mismatch", "changed_meanwhile", "invalid_if_match"],
};

/** An endpoint's credentials by themselves. */
export const CREDENTIAL_OPERATIONS: Operation[] = [
  operation("endpoints", {
    method: "get",
    path: PATH,
    id: "get_credentials",
    summary: "Names of an endpoint's credentials; their values are never shown",
    response: credentialsAnswerSchema,
    problems: ["not_found"],
  }),
  operation("endpoints", {
    ...CHANGE,
    method: "patch",
    id: "patch_credentials",
    summary: "Change single credentials",
    notes:
      "What is not named stays. The new ones are in force within two seconds; requests under way end with the old ones.",
  }),
  operation("endpoints", {
    ...CHANGE,
    method: "put",
    id: "put_credentials",
    summary: "Replace all credentials",
    notes: "A group that is named (`credentials`, `test_credentials`) becomes what the body says; the other stays.",
  }),
  operation("endpoints", {
    method: "post",
    path: "/endpoints/:id/oauth/start",
    id: "start_oauth",
    summary: "Begin the set-up of a refresh token by consent",
    notes:
      "Open `authorize_url` in a browser within ten minutes: who consents there is sent back to `redirect_uri`, and the refresh token is stored as the endpoint's credential. Register `redirect_uri` with the buyer's system first.",
    request: startOAuthSchema,
    response: startedOAuthSchema,
    problems: ["not_found", "oauth_not_possible"],
  }),
];
