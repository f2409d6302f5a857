import { DurableObject } from "cloudflare:workers";
import type { DialCommand, DialerPort, DialReply } from "../schema/rpc/dialer.ts";
import { withCertificates } from "../worker/certificates.ts";
import { deps } from "../worker/deps.ts";
import type { Env } from "../worker/env.ts";
import { DialerCore } from "./dialer-core.ts";

/** Six more connections. No storage, no alarm, no idle timer: it costs only while it dials. */
export class Dialer extends DurableObject<Env> implements DialerPort {
  private readonly core = new DialerCore(() => withCertificates(deps(), this.env));

  dial(command: DialCommand): Promise<DialReply> {
    return this.core.dial(command);
  }
}
