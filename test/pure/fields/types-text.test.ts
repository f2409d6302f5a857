import { expect, test } from "vitest";
import { REFUSED, read, table } from "./support.ts";

table({ type: "string", max_length: 10 }, [
  ["  Mary  Ann ", "Mary Ann"],
  ["a\r\n\tb", "a b"],
  ["a\u00a0b", "a b"],
  ["Jose\u0301", "José"],
  ["O'Neill-X", "O'Neill-X"],
  [12, "12"],
  [true, "true"],
  ["1234567890", "1234567890"],
  ["12345678901", REFUSED],
  ["a\u0000b", REFUSED],
  ["a\u001bb", REFUSED],
  ["a\u0085b", REFUSED],
  ["a\ud800", REFUSED],
]);
test("text is at most 500 characters long unless the field says otherwise, a user agent 1,000", () => {
  expect(read({ type: "string" }, "x".repeat(500))).toHaveLength(500);
  expect(read({ type: "string" }, "x".repeat(501))).toBe(REFUSED);
  expect(read({ type: "user_agent" }, "x".repeat(1_000))).toHaveLength(1_000);
  expect(read({ type: "user_agent", max_length: 20 }, "x".repeat(21))).toBe(REFUSED);
});

table({ type: "phone" }, [
  ["2125550123", "+12125550123"],
  ["(212) 555-0123", "+12125550123"],
  ["212.555.0123", "+12125550123"],
  ["1-212-555-0123", "+12125550123"],
  [" +1 212 555 0123 ", "+12125550123"],
  ["212-555-0123 x12", "+12125550123"],
  [2125550123, "+12125550123"],
  [12125550123, "+12125550123"],
  ["787-555-0123", "+17875550123"],
  ["555-123-4567", REFUSED],
  ["212555012", REFUSED],
  ["3101234", REFUSED],
  ["+44 20 7946 0958", REFUSED],
  ["call 212 555 0123", REFUSED],
  ["1111111111", REFUSED],
  [true, REFUSED],
  ["2".repeat(1_000), REFUSED],
]);

table({ type: "email" }, [
  [" Maria.Santos@Example.COM ", "maria.santos@example.com"],
  ["a+b@mail.example.co", "a+b@mail.example.co"],
  ["x@xn--bcher-kva.example", "x@xn--bcher-kva.example"],
  ["a@b", REFUSED],
  ["a@@example.com", REFUSED],
  ["a b@example.com", REFUSED],
  [".a@example.com", REFUSED],
  ["a..b@example.com", REFUSED],
  ["a@-x.com", REFUSED],
  ["a@example.c", REFUSED],
  ["a@example.com\nbcc:x@example.com", REFUSED],
  [`${"a".repeat(65)}@example.com`, REFUSED],
  ["@example.com", REFUSED],
  [5, REFUSED],
]);

table({ type: "zip" }, [
  ["02134", "02134"],
  ["02134-1000", "02134"],
  ["021341000", "02134"],
  ["02134 1000", "02134"],
  [" 90210 ", "90210"],
  [2134, "02134"],
  [90210, "90210"],
  [501, "00501"],
  [1, "00001"],
  ["00001", "00001"],
  ["00500", REFUSED],
  [499, REFUSED],
  ["2134", REFUSED],
  ["9021O", REFUSED],
  [100_000, REFUSED],
  [2134.5, REFUSED],
  [-2134, REFUSED],
  ["021341", REFUSED],
  [true, REFUSED],
]);

table({ type: "state" }, [
  ["tx", "TX"],
  [" Tx ", "TX"],
  ["TEXAS", "TX"],
  ["new  york", "NY"],
  ["N.Y.", "NY"],
  ["west virginia", "WV"],
  ["Virginia", "VA"],
  ["D.C.", "DC"],
  ["Washington, DC", "DC"],
  ["Washington", "WA"],
  ["District of Columbia", "DC"],
  ["puerto rico", "PR"],
  ["PR", "PR"],
  ["AE", "AE"],
  ["XX", REFUSED],
  ["T", REFUSED],
  [12, REFUSED],
  ["constructor", REFUSED],
]);

table({ type: "enum", values: ["Own", "rent", "25/50", "Full  time", "A", "a"] }, [
  ["own", "Own"],
  [" OWN ", "Own"],
  ["Rent", "rent"],
  ["25/50", "25/50"],
  ["Full  time", "Full  time"],
  ["A", "A"],
  ["a", "a"],
  ["owned", REFUSED],
  ["constructor", REFUSED],
]);
table({ type: "enum", values: ["1", "2"] }, [
  [1, "1"],
  ["2", "2"],
  [3, REFUSED],
]);

table({ type: "ip" }, [
  ["203.0.113.42", "203.0.113.42"],
  [" 203.0.113.42 ", "203.0.113.42"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["::1", "::1"],
  ["::ffff:203.0.113.42", "203.0.113.42"],
  ["0:0:0:0:0:ffff:cb00:712a", "203.0.113.42"],
  ["256.0.0.1", REFUSED],
  ["1.2.3", REFUSED],
  ["1.2.3.4.5", REFUSED],
  ["01.2.3.4", REFUSED],
  ["1.2.3.4:80", REFUSED],
  ["1.2.3.4, 5.6.7.8", REFUSED],
  ["2001:db8::1::2", REFUSED],
  ["fe80::1%eth0", REFUSED],
  [16_909_060, REFUSED],
]);

table({ type: "url", max_length: 60 }, [
  ["https://quotes.example.com/a?b=%20c#d", "https://quotes.example.com/a?b=%20c#d"],
  [" HTTP://Example.com ", "HTTP://Example.com"],
  ["example.com/form", REFUSED],
  ["/form", REFUSED],
  ["javascript:alert(1)", REFUSED],
  ["ftp://example.com/", REFUSED],
  ["https://exa mple.com/", REFUSED],
  ["https://", REFUSED],
  [`https://example.com/${"a".repeat(50)}`, REFUSED],
]);

const sha256 = "AB".repeat(32);
const md5 = "Cd".repeat(16);
table({ type: "string", class: "hashed" }, [
  [sha256, sha256.toLowerCase()],
  [` sha256:${sha256} `, sha256.toLowerCase()],
  [`MD5:${md5}`, `md5:${md5.toLowerCase()}`],
  [md5, REFUSED],
  [`${sha256}a`, REFUSED],
  ["2125550123", REFUSED],
]);
