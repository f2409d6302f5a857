import { request } from "node:http";

export interface BrowserAnswer {
  status: number;
  location: string | null;
  text: string;
}

/** Submits a form as a browser does: form-encoded, with the page's origin, asking for a page. `fetch` would send a script's headers. */
export function submitAsBrowser(url: string, origin: string, fields: [string, string][]): Promise<BrowserAnswer> {
  const body = new URLSearchParams(fields).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
    accept: "text/html,application/xhtml+xml",
    "sec-fetch-mode": "navigate",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) demo",
    origin,
    referer: `${origin}/`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, timeout: 30_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, text }),
      );
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("the form was not answered within 30 s")));
    sent.on("error", reject);
    sent.end(body);
  });
}
