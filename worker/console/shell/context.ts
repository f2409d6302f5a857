import type { Context, Hono } from "hono";
import type { BlankSchema } from "hono/types";
import type { Identity } from "../../routes/admin/identity.ts";
import type { Api } from "./api.ts";

/** What every page of the console may use. */
export interface ConsoleVariables {
  who: Identity;
  /** The operator's calls, in process: the only way in which a page reads or changes anything. */
  api: Api;
  /** The viewer's IANA time zone. */
  zone: string;
  /** Epoch ms, the same for the whole page. */
  now: number;
}
export type ConsoleEnv = { Variables: ConsoleVariables };
export type ConsoleApp = Hono<ConsoleEnv, BlankSchema, string>;
export type ConsoleContext = Context<ConsoleEnv>;
