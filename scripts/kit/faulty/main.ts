import { parseArgs } from "node:util";
import { FAULTS } from "./faults.ts";
import { startFaultyBuyer } from "./server.ts";

const HELP = `npm run kit:faulty -- [options]

A buyer's system on 127.0.0.1 that misbehaves on demand, to set an endpoint on and see what the gateway makes of it.

  --port <n>           8900, or 0 for any free one
  --api-key <text>     what it wants in X-Api-Key (test-key)
  --signing-key <text> HMAC-SHA256 of a post's body in X-Signature: sha256=<hex> (test-signing-key)
  --fault <name[:n]>   for every request that names none itself
  --faults             lists them

A request chooses its fault by path (/fault/slow:500/post), query (?fault=hang), header (X-Fault: 500_stored) or a value of the
lead (last_name "fault:429:5"). GET /ledger shows what it received and keeps, DELETE /ledger forgets it, GET /dialect.yaml is the
dialect for the gateway. ZIP 99999 gets no bid, ZIP 99998 is rejected.`;

async function main(): Promise<number | null> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8900" },
      "api-key": { type: "string" },
      "signing-key": { type: "string" },
      fault: { type: "string" },
      faults: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return say(HELP);
  if (values.faults)
    return say(
      Object.entries(FAULTS)
        .map(([name, { say: what }]) => `${name.padEnd(18)} ${what}`)
        .join("\n"),
    );
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("--port needs a port from 0 to 65535");
  const { url } = await startFaultyBuyer({
    port,
    api_key: values["api-key"],
    signing_key: values["signing-key"],
    fault: values.fault,
  });
  say(`The faulty buyer listens at ${url}${values.fault ? `, always with ${values.fault}` : ""}.
  dialect   ${url}/dialect.yaml
  ledger    ${url}/ledger
  faults    ${url}/faults`);
  return null;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

main().then(
  (code) => code !== null && process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
