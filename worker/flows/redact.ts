/** A request as the sealed record has it. */
export interface RecordedRequest {
  name: string;
  method: string;
  url: string;
  headers: [string, string][];
  body: string;
}

const MASK = "***";
/** What the connection says of itself, not of anybody. A dialect may write the consumer's user agent, language or e-mail (as a key) into others: they are none. */
const TECHNICAL = new Set("content-type accept soapaction webhook-id webhook-timestamp".split(" "));

/** Reads the record of one attempt: one request, or several each under a line that names it. */
export function readRecord(text: string, kind: string): RecordedRequest[] {
  const parts = /^\[1 [^\]\n]*\]\n/.test(text)
    ? text.split(/(?:^|\n\n)(?=\[\d+ [^\]\n]*\]\n)/).filter((part) => part !== "")
    : [text];
  return parts.flatMap((part) => {
    const [, name = kind, rest = part] = /^\[\d+ ([^\]\n]*)\]\n(.*)$/s.exec(part) ?? [];
    const [head = "", ...lines] = rest.split("\n");
    const [, method, url] = /^([A-Z]{3,7}) (\S+)$/.exec(head) ?? [];
    if (method === undefined || url === undefined) return [];
    const end = lines.indexOf("");
    const headers = (end < 0 ? lines : lines.slice(0, end)).flatMap((line): [string, string][] => {
      const at = line.indexOf(": ");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 2)]] : [];
    });
    return [{ name, method, url, headers, body: end < 0 ? "" : lines.slice(end + 1).join("\n") }];
  });
}

/**
 * The same request with every value masked that is not known to be harmless: its shape stays, whoever it is about does not. What is masked is
 * decided by what is allowed, so that a value in a form that nobody thought of (a digest, half a name) is masked too.
 */
export function redacted(request: RecordedRequest, allowed: ReadonlySet<string>): RecordedRequest {
  const keep = (value: string): string => (value === "" || allowed.has(value) ? value : MASK);
  const type = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return {
    ...request,
    url: maskedUrl(request.url, keep),
    headers: request.headers.map(([name, value]) => [name, TECHNICAL.has(name.toLowerCase()) ? value : keep(value)]),
    body: maskedBody(request.body, type, keep),
  };
}

type Keep = (value: string) => string;

function maskedUrl(url: string, keep: Keep): string {
  if (!URL.canParse(url)) return MASK;
  const { origin, pathname, search } = new URL(url);
  const path = pathname.split("/").map((part) => keep(part));
  const query = [...new URLSearchParams(search)].map(([name, value]) => `${name}=${keep(value)}`);
  return `${origin}${path.join("/")}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

function maskedBody(body: string, type: string, keep: Keep): string {
  if (body === "") return "";
  if (type.includes("json")) return maskedJson(body, keep);
  if (type.includes("form-urlencoded"))
    return [...new URLSearchParams(body)].map(([name, value]) => `${name}=${keep(value)}`).join("&");
  if (type.includes("xml") || body.trimStart().startsWith("<")) return maskedXml(body, keep);
  return MASK;
}

function maskedJson(body: string, keep: Keep): string {
  const leaf = (value: unknown): unknown => {
    if (typeof value === "string") return keep(value);
    if (typeof value === "number") return keep(String(value)) === MASK ? MASK : value;
    return value;
  };
  try {
    return JSON.stringify(JSON.parse(body, (_, value: unknown) => leaf(value)));
  } catch {
    return MASK;
  }
}

const HIDDEN_XML = /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)/g;
const ATTRIBUTE = /(?<=\s)([\w:.-]{1,410})\s{0,20}=\s{0,20}(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$))/g;

/**
 * Texts outside of tags, and values of attributes; namespaces stay. A record may be cut anywhere: what has no end ends with it, and is masked
 * like all else.
 */
function maskedXml(body: string, keep: Keep): string {
  return body
    .replace(HIDDEN_XML, MASK)
    .replace(/(^|>)([^<]+)/g, (_, before: string, text: string) =>
      text.trim() === "" ? before + text : before + keep(text.trim()),
    )
    .replace(/<[^!?/][^>]*/g, (tag) =>
      tag.replace(ATTRIBUTE, (whole, name: string, double?: string, single?: string) =>
        /^xmlns(:|$)/.test(name) ? whole : `${name}="${keep(double ?? single ?? "")}"`,
      ),
    );
}
