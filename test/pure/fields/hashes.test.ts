import { expect, test } from "vitest";
import { emailForHash, formatHash, parseHash, phoneForHash } from "../../../worker/auction/hashes.ts";

const sha256 = "0123456789abcdef".repeat(4);
const md5 = "0123456789abcdef".repeat(2);

test.each([
  [sha256, { algorithm: "sha256", hex: sha256 }],
  [` ${sha256.toUpperCase()} `, { algorithm: "sha256", hex: sha256 }],
  [`SHA256:${sha256}`, { algorithm: "sha256", hex: sha256 }],
  [`md5:${md5}`, { algorithm: "md5", hex: md5 }],
  [`MD5:${md5.toUpperCase()}`, { algorithm: "md5", hex: md5 }],
  [md5, null],
  [`md5:${sha256}`, null],
  [`sha256:${md5}`, null],
  [sha256.slice(1), null],
  [`${sha256.slice(1)}g`, null],
  ["", null],
])("parseHash %s", (input, expected) => {
  const hash = parseHash(input);
  expect(hash).toEqual(expected);
  if (hash) expect(parseHash(formatHash(hash))).toEqual(hash);
});

test("what is hashed is the normalised form", () => {
  expect(phoneForHash("+12125550123")).toBe("+12125550123");
  expect(emailForHash(" Maria@Example.COM ")).toBe("maria@example.com");
  for (const raw of ["2125550123", "+1 212 555 0123", ""]) expect(() => phoneForHash(raw)).toThrow("normalised");
});
