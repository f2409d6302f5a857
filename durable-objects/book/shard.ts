const HINTS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;
type Hint = (typeof HINTS)[number];

/** Where a shard's object lives: its name begins with the region (`enam-07`), whoever calls it first. */
export function locationOf(shard: string): Hint | undefined {
  const region = shard.slice(0, Math.max(0, shard.lastIndexOf("-")));
  return HINTS.find((hint) => hint === region);
}
