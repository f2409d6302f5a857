import { describe, expect, it } from "vitest";
import { checkTemplateUrl, checkUrl } from "../../../worker/buyers/url-guard.ts";

const PUBLIC = [
  "https://buyer.example.com/ping",
  "https://buyer.example.com./ping",
  "https://buyer.example.com:8443/ping?a=b",
  "https://buyer.example.com:1024/",
  "https://8.8.8.8/",
  "https://172.32.0.1/",
  "https://100.128.0.1/",
  "https://[2606:4700::1111]/",
  "https://[2001:4860:4860::8888]/",
  "https://bücher.example/",
  "https://internal.example.com/",
];

const REFUSED: [string, string][] = [
  ["http://buyer.example.com/", "must begin with https://"],
  ["ftp://buyer.example.com/", "must begin with https://"],
  ["file:///etc/passwd", "must begin with https://"],
  ["data:text/plain,hi", "must begin with https://"],
  ["javascript:alert(1)", "must begin with https://"],
  ["buyer.example.com/ping", "not a URL"],
  ["", "not a URL"],
  ["https://", "not a URL"],
  ["https://256.1.1.1/", "not a URL"],
  ["https://[::1", "not a URL"],
  ["https://user:pass@buyer.example.com/", "must not hold credentials"],
  ["https://user@buyer.example.com/", "must not hold credentials"],
  ["https://buyer.example.com:22/", "port must be 443 or at least 1024"],
  ["https://buyer.example.com:80/", "port must be 443 or at least 1024"],
  ...[
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0.0.0.0",
    "0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "0xa9fea9fe",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "127.0.0.1.",
    "１２７.0.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[2002:7f00:1::]",
    "[3fff::1]",
    "[100::1]",
  ].map((host): [string, string] => [`https://${host}/x`, "must not be a private, local or reserved address"]),
  ...[
    "localhost.localdomain.local",
    "printer.local",
    "metadata.google.internal",
    "db.internal.",
    "a.localhost",
    "x.home.arpa",
    "api.corp",
  ].map((host): [string, string] => [`https://${host}/`, "must not be a local host name"]),
  ...["localhost", "localhost.", "intranet", "metadata", "a..b"].map((host): [string, string] => [
    `https://${host}/`,
    "must be a full host name",
  ]),
  [`https://buyer.example.com/${"a".repeat(8_000)}`, "longer than 8000 characters"],
];

describe("url guard", () => {
  it.each(PUBLIC)("lets %s pass", (url) => {
    expect(checkUrl(url, { local: false })).toEqual({ ok: true });
  });

  it.each(REFUSED)("refuses %s: %s", (url, message) => {
    expect(checkUrl(url, { local: false })).toEqual({ ok: false, message });
  });

  it.each([
    "http://127.0.0.1:8788/ping",
    "http://localhost:80/",
    "https://localhost/",
    "http://[::1]:3000/",
    "http://buyer.example.com/",
  ])("lets %s pass on one machine", (url) => {
    expect(checkUrl(url, { local: true })).toEqual({ ok: true });
  });

  it.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://u:p@127.0.0.1/",
    "http://printer.local/",
    "ftp://127.0.0.1/",
  ])("refuses %s even there", (url) => {
    expect(checkUrl(url, { local: true }).ok).toBe(false);
  });

  it("never repeats the URL, which may hold a credential", () => {
    const verdict = checkUrl("https://10.0.0.1/key/s3cret", { local: false });
    expect(JSON.stringify(verdict)).not.toContain("s3cret");
  });

  it.each([
    ["https://buyer.example.com/{{zip}}?k={{secret.key}}", true],
    ["https://{{secret.host}}/ping", true],
    ["https://{{secret.tenant}}.buyer.example.com/ping", true],
    ["https://10.0.0.1/{{zip}}", false],
    ["https://buyer.example.com:{{secret.port}}/", false],
    ["{{secret.url}}/post", true],
    ["x{{secret.url}}/post", false],
  ])("checks a template %s: %s", (template, ok) => {
    expect(checkTemplateUrl(template, { local: false }).ok).toBe(ok);
  });
});
