import type { FieldClass } from "../../../schema/lists.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../compiled.ts";

type Classes = Pick<CompiledCampaign, "classOf">;

/**
 * What one contract's ping may carry: public fields; quasi and hashed ones that its `disclose` names; personal ones never, even
 * if named. A field that the campaign does not declare counts as personal.
 */
export function visibleInPing(campaign: Classes, fields: Fields, disclose: readonly string[]): Fields {
  const visible: Fields = {};
  for (const name of Object.keys(fields)) {
    const kind = campaign.classOf(name);
    const shown = kind === "public" || ((kind === "quasi" || kind === "hashed") && disclose.includes(name));
    const value = fields[name];
    if (shown && value !== undefined) visible[name] = value;
  }
  return visible;
}

/**
 * {@link visibleInPing} for one ping's many contracts: contracts that disclose the same share one object (do not change it), and
 * most disclose nothing.
 */
export function visibility(campaign: Classes, fields: Fields): (disclose: readonly string[]) => Fields {
  const known = new Map<string, Fields>();
  return (disclose) => {
    const key = disclose.join();
    const earlier = known.get(key);
    if (earlier) return earlier;
    const visible = visibleInPing(campaign, fields, disclose);
    known.set(key, visible);
    return visible;
  };
}

/** Fields by class, as they are recorded (public in plain, the rest sealed). Undeclared ones count as personal. */
export function splitByClass(campaign: Classes, fields: Fields): Record<FieldClass, Fields> {
  const split: Record<FieldClass, Fields> = { public: {}, quasi: {}, hashed: {}, personal: {} };
  for (const [name, value] of Object.entries(fields)) split[campaign.classOf(name) ?? "personal"][name] = value;
  return split;
}

/** Names of fields that a post repeats with another value than its ping had; both normalised. */
export function changedFields(ping: Fields, post: Fields): string[] {
  return Object.keys(ping).filter((name) => Object.hasOwn(post, name) && post[name] !== ping[name]);
}
