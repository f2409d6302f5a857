import { expect, test } from "vitest";
import { figuresOf } from "../../../worker/console/publishers/figures.tsx";
import type { ConsoleContext } from "../../../worker/console/shell/context.ts";

/** The first day that is asked for. */
async function since(now: number, zone: string): Promise<string | null> {
  let asked = "";
  const get = async (path: string) => {
    asked = path;
    return { ok: false };
  };
  await figuresOf({ var: { now, zone, api: { get } } } as unknown as ConsoleContext);
  return new URL(asked, "https://gateway.test").searchParams.get("from");
}

test.each([
  ["a summer's day", "2026-07-10T16:00:00Z", "2026-07-04"],
  ["the first half hour, days after the clock was put forward", "2026-03-10T04:30:00Z", "2026-03-04"],
  ["the last half hour, days after the clock was put back", "2026-11-04T04:30:00Z", "2026-10-28"],
])("the last seven days of %s are seven", async (_, now, first) => {
  expect(await since(Date.parse(now), "America/New_York")).toBe(first);
});
