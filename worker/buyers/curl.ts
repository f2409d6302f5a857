import type { WireRequest } from "../../schema/rpc/dialer.ts";

/** A request as a command for a shell. Give it masked texts: what stands in it is shown. */
export function curlOf({ method, url, headers, body }: Omit<WireRequest, "want_headers">): string {
  const lines = [
    `curl -sS ${method === "GET" && body === null ? "" : `-X ${method} `}${quoted(url)}`,
    ...headers.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(body === null || body === "" ? [] : [`  --data-binary ${quoted(body)}`]),
  ];
  return lines.join(" \\\n");
}

/** For a shell: single quotes, with the quotes inside them taken out and put back. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
