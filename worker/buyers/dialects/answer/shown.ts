const TEXT = 500;
const MEMBERS = 100;
const DEPTH = 8;

/** A document cut to what a person looks at: texts of 500 characters, 100 members each, eight levels, 2,000 values in all. */
export function shown(value: unknown, left = { values: 2_000 }, depth = 0): unknown {
  if (typeof value === "string") return value.length > TEXT ? `${value.slice(0, TEXT)}…` : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH || left.values <= 0) return "…";
  const members = Object.entries(value).slice(0, MEMBERS);
  left.values -= members.length;
  const cut = members.map(([name, item]) => [name, shown(item, left, depth + 1)] as const);
  return Array.isArray(value) ? cut.map(([, item]) => item) : Object.fromEntries(cut);
}
