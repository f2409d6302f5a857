import { exports } from "cloudflare:workers";
import { boardOf } from "../../durable-objects/alert-board.ts";
import type { Env } from "../env.ts";
import type { AlertContext, Mail } from "../flows/alerts/context.ts";
import type { Gateway } from "./gateway.ts";

/** What alerting may use, of one invocation. */
export function alertContext(env: Env, g: Gateway): AlertContext {
  const { ALERT_MAIL } = env;
  return {
    g,
    db: env.DB,
    board: () => boardOf(env.ALERTS).read(),
    ...(ALERT_MAIL === undefined ? {} : { mail: (mail: Mail) => ALERT_MAIL.send(mail).then(() => undefined) }),
    // Through the Worker's own entry, as a request from outside.
    call: (request) => exports.default.fetch(request),
  };
}
