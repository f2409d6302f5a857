import { describe, expect, test } from "vitest";
import { makeSession, readSession, SESSION_MS } from "../../../worker/console/shell/session.ts";

const NOW = 1_800_000_000_000;
const digest = (letter: string): string => letter.repeat(64);
const secrets = {
  HASH_SECRET: "a-hash-secret-for-the-tests-of-32-characters",
  ADMIN_TOKENS: {
    alice: { sha256: digest("a"), role: "admin" as const },
    bob: { sha256: digest("b"), role: "viewer" as const },
  },
};
const cookie = makeSession(secrets, "bob", NOW) ?? "";

test("a session says who it is, with the role of today", () => {
  expect(readSession(secrets, cookie, NOW + 1)).toEqual({ author: "bob", role: "viewer" });
  const promoted = { ...secrets, ADMIN_TOKENS: { bob: { sha256: digest("b"), role: "operator" as const } } };
  expect(readSession(promoted, cookie, NOW + 1)).toEqual({ author: "bob", role: "operator" });
});

describe("nobody", () => {
  const [text = "", mac = ""] = cookie.split(".");
  const asAlice = btoa(atob(text).replace("bob", "alice")).replace(/=+$/, "");
  test.each([
    ["after its time", secrets, cookie, NOW + SESSION_MS],
    [
      "another token",
      { ...secrets, ADMIN_TOKENS: { bob: { sha256: digest("c"), role: "viewer" as const } } },
      cookie,
      NOW,
    ],
    ["the operator is gone", { ...secrets, ADMIN_TOKENS: {} }, cookie, NOW],
    ["another secret", { ...secrets, HASH_SECRET: "another-secret-of-at-least-32-characters" }, cookie, NOW],
    ["a name that was changed", secrets, `${asAlice}.${mac}`, NOW],
    ["no signature", secrets, text, NOW],
    ["nothing", secrets, "", NOW],
    ["very much", secrets, `${"x".repeat(2_000)}.${mac}`, NOW],
  ])("%s", (_, settings, given, now) => {
    expect(readSession(settings, given, now)).toBeNull();
  });
  test("who has no token gets no session", () => {
    expect(makeSession(secrets, "mallory", NOW)).toBeNull();
    expect(makeSession(secrets, "toString", NOW)).toBeNull();
  });
});
