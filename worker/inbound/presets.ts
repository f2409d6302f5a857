/**
 * Ready dialects by name. Written by hand in dialects/inbound/*.yaml; scripts/inbound-presets.mjs makes the JSON of them, and a test
 * says when it is stale. Loaded on demand: no call of a publisher needs it.
 */
export async function inboundPreset(
  name: string,
): Promise<{ dialect: Record<string, unknown> | undefined; names: string[] }> {
  const { default: presets } = await import("./presets.json", { with: { type: "json" } });
  const all = new Map<string, Record<string, unknown>>(Object.entries(presets));
  return { dialect: all.get(name), names: [...all.keys()] };
}
