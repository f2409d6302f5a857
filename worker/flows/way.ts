import type { CompiledContract } from "../auction/compiled.ts";
import type { AttemptResult, Channel, TokenSource } from "../buyers/channel.ts";
import { httpChannel, unsent } from "../buyers/http-channel.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { guardOf, secretsOf } from "./secrets.ts";
import { TOKEN_WAIT_MS, tokenForPost } from "./tokens.ts";

/** What a post or a status call needs beside its facts. */
export interface Way {
  channel: Channel;
  secrets: Record<string, string>;
  tokens?: TokenSource;
}

/**
 * The way to an endpoint: its credentials opened, its token at hand; or what an attempt without them comes to. `wait_ms`: a token that
 * must be fetched is waited for so long at most.
 */
export async function wayTo(
  { g, snapshot, lead }: { g: Gateway; snapshot: Snapshot; lead: { test: boolean } },
  contract: CompiledContract,
  wait_ms = TOKEN_WAIT_MS,
): Promise<Way | { refused: AttemptResult }> {
  const secrets = await secretsOf(g, contract, lead.test).catch(() => null);
  if (secrets === null)
    return { refused: unsent("set_up_error", "client", "the endpoint's credentials cannot be opened") };
  const { client_certificate } = contract.endpoint;
  const channel = httpChannel(g.deps, g.slots, guardOf(g), client_certificate);
  const way: Way = { channel, secrets };
  if (g.dialect(contract).tokenAuth === null) return way;
  const token = await tokenForPost(g, snapshot, contract, lead.test, Math.min(wait_ms, TOKEN_WAIT_MS));
  if (token.kind === "ready") return { ...way, tokens: token.source };
  return {
    refused: token.refused
      ? unsent("set_up_error", "auth", token.reason)
      : unsent("not_taken", "no_token", token.reason),
  };
}
