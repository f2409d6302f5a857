import { type Reader, Refusal } from "./reading.ts";

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const NOT_AN_EMAIL = new Refusal("must be an e-mail address like name@example.com");

/** Trimmed and lower case, local part too: that is what `email_hash` is made of. Lengths by RFC 5321 (64, 254). */
export const readEmail: Reader = (raw) => {
  const text = typeof raw === "string" ? raw.trim().toLowerCase() : "";
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64 || text.length > 254 || !LOCAL.test(text.slice(0, at))) return NOT_AN_EMAIL;
  const labels = text.slice(at + 1).split(".");
  const sound = labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? "");
  return sound ? text : NOT_AN_EMAIL;
};

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9a-f:.]{2,45}$/;
/** An IPv4 address as dual-stack servers report it, before and after the URL parser. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;
const NOT_AN_IP = new Refusal("must be an IPv4 or IPv6 address");

/** IPv4 as it is, IPv6 in its short lower-case form (RFC 5952), IPv4-mapped IPv6 as IPv4. */
export const readIp: Reader = (raw) => {
  const text = typeof raw === "string" ? raw.trim().toLowerCase() : "";
  if (IPV4.test(text)) return text;
  if (!text.includes(":") || !IPV6.test(text) || !URL.canParse(`http://[${text}]/`)) return NOT_AN_IP;
  const short = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(short);
  if (!mapped) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
};

const HTTP_URL = /^https?:\/\/[^\s\p{Cc}]+$/iu;
const DEFAULT_URL_LENGTH = 2_000;

/** A full http or https address, kept letter by letter: a certificate's address is evidence. */
export function urlReader(max_length = DEFAULT_URL_LENGTH): Reader {
  const refusal = new Refusal(`must be a full http or https URL of at most ${max_length} characters`);
  return (raw) => {
    const text = typeof raw === "string" ? raw.trim() : "";
    const sound = text.length <= max_length && HTTP_URL.test(text) && text.isWellFormed() && URL.canParse(text);
    return sound ? text : refusal;
  };
}
