import { OPERATOR_ROLES, type OperatorRole } from "../../../schema/lists.ts";

/** An operator: the author of what the call changes, and what it may do. */
export interface Identity {
  author: string;
  role: OperatorRole;
}

/** What is kept of an operator's token. */
export interface OperatorToken {
  /** Lower-case hex. */
  sha256: string;
  role: OperatorRole;
}

export const mayAct = (role: OperatorRole, needed: OperatorRole): boolean =>
  OPERATOR_ROLES.indexOf(role) >= OPERATOR_ROLES.indexOf(needed);

const vouched = new WeakMap<Request, Identity>();

/** The console calls the operators' calls within the process, for somebody whom it knows already. Nobody outside can make such a request. */
export function vouch(request: Request, identity: Identity): Request {
  vouched.set(request, identity);
  return request;
}
export const vouchedFor = (request: Request): Identity | null => vouched.get(request) ?? null;
