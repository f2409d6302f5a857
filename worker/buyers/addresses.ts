/**
 * Which literal addresses are on the public internet. Hosts arrive as the WHATWG URL parser leaves them: integer, hex and octal
 * IPv4 as four decimals, IPv6 in brackets, compressed, lower case.
 */

/** First address and prefix length: IANA's special-purpose registry, multicast and reserved included. */
const CLOSED_V4: [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** `host`: `1.2.3.4` or `[2001:…]`. Anything that is neither is not public. */
export function isPublicAddress(host: string): boolean {
  return host.startsWith("[") ? publicV6(host.slice(1, -1)) : publicV4(host);
}

function publicV4(text: string): boolean {
  const address = v4(text);
  if (address === null) return false;
  return !CLOSED_V4.some(([first, bits]) => (address ^ (v4(first) ?? 0)) >>> (32 - bits) === 0);
}

function v4(text: string): number | null {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Only global unicast, and of that neither tunnels (which carry an IPv4 address) nor documentation. */
function publicV6(text: string): boolean {
  const [first = 0, second = 0] = groups(text);
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2002) return false;
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false;
  return !(first === 0x3fff && second < 0x1000);
}

function groups(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(gap, 0)).fill("0"), ...right].map((group) => Number.parseInt(group, 16));
}
