/** `a=1&b=2` as an object; a repeated name is a list. undefined: it is none. */
export function parseForm(text: string): unknown {
  if (!text.includes("=")) return undefined;
  const pairs = [...new URLSearchParams(text.trim())].slice(0, 1_000);
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    values.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(values);
}
