import type { Board } from "../../../durable-objects/alert-board-rules.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** One e-mail as Workers Email takes it. */
export interface Mail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  headers: Record<string, string>;
}

/** What looking and telling may use beside the gateway. */
export interface AlertContext {
  g: Gateway;
  db: D1Database;
  board(): Promise<Board>;
  /** Absent: the Worker has no binding for e-mail. @throws when it is not taken */
  mail?(mail: Mail): Promise<void>;
  /** A request to this gateway's own front door. */
  call(request: Request): Promise<Response>;
}
