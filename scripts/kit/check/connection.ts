import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import { fail, pass, skipped, type Verdict } from "../../../worker/buyers/conformance/report.ts";
import type { Trial } from "../../../worker/buyers/conformance/trial.ts";

const WAIT_MS = 5_000;
const DAYS_LEFT = 14;
const DAY_MS = 86_400_000;
const TIMES = 3;

/** The addresses that a ping and a post would go to. */
function requestsOf(trial: Trial) {
  const { lead, order } = trial.next();
  const ping = trial.dialect.buildPing(trial.pingFacts(lead));
  const post = trial.dialect.buildPost(trial.postFacts(lead, order, { carried: {}, price: null }));
  return [ping, post].flatMap((built) => (built?.ok ? [built.request] : []));
}

/** Version of TLS, and whether the certificate is good for the host, by a chain that everybody trusts, and for how long. */
export async function tlsOf(trial: Trial): Promise<Verdict> {
  const urls = requestsOf(trial).map(({ url }) => new URL(url));
  const plain = urls.filter(({ protocol }) => protocol !== "https:");
  if (plain.some(({ hostname }) => !isLoopback(hostname)))
    return fail("an address is plain http", "Personal data needs https: give every address a certificate.");
  if (plain.length > 0) return skipped("plain http on this machine");
  const hosts = [...new Map(urls.map((url) => [url.host, url])).values()];
  const all = await Promise.all(hosts.map(handshake));
  return all.find(({ state }) => state === "fail") ?? all[0] ?? skipped("no address");
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || host.startsWith("127.");

function handshake({ hostname, port }: URL): Promise<Verdict> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      rejectUnauthorized: false,
    });
    const done = (verdict: Verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(WAIT_MS, () => done(fail(`${hostname} does not shake hands`, "Is the address right?")));
    socket.once("error", (error) => done(fail(`${hostname}: ${error.message}`, "Is the address right?")));
    socket.once("secureConnect", () => {
      const [version, certificate] = [socket.getProtocol() ?? "", socket.getPeerCertificate()];
      const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
      if (!socket.authorized)
        done(
          fail(
            `${hostname}: ${String(socket.authorizationError)}`,
            "A certificate for this host, with its whole chain, from a public authority.",
          ),
        );
      else if (version < "TLSv1.2") done(fail(`${hostname} speaks ${version}`, "TLS 1.2 or later."));
      else if (days < DAYS_LEFT)
        done(fail(`${hostname}: the certificate ends in ${days} days`, "Renew it, by itself if you can."));
      else done(pass(`${hostname}: ${version}, certificate good for ${days} days`));
    });
  });
}

/** Does a connection live on for the next request? A new one costs each ping a handshake. */
export async function keepAlive(trial: Trial): Promise<Verdict> {
  const [request] = requestsOf(trial);
  if (!request) return skipped("no request could be built");
  const url = new URL(request.url);
  const secure = url.protocol === "https:";
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  let reused = 0;
  try {
    for (let n = 0; n < TIMES; n++) if (await oneMore(secure, agent, url, request)) reused++;
  } catch {
    return skipped("no answer");
  } finally {
    agent.destroy();
  }
  trial.requests += TIMES;
  if (reused === TIMES - 1) return pass("the connection is used again");
  return fail(
    "the connection ends after an answer",
    "Leave connections open (keep-alive) for a minute: each new one costs a ping its handshake.",
  );
}

function oneMore(
  secure: boolean,
  agent: HttpAgent,
  url: URL,
  { method, headers, body }: { method: string; headers: [string, string][]; body: string | null },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const send = secure ? httpsRequest : httpRequest;
    const request = send(url, { method, agent, headers: Object.fromEntries(headers), timeout: WAIT_MS }, (response) => {
      response.resume();
      response.once("end", () => resolve(request.reusedSocket));
      response.once("error", reject);
    });
    request.once("timeout", () => request.destroy(new Error("no answer")));
    request.once("error", reject);
    request.end(body ?? undefined);
  });
}
