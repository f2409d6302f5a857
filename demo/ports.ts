import { createServer } from "node:net";
import { DemoError, say } from "./output.ts";

/** Resolves to the port that could be opened on 127.0.0.1, or null when it is taken. 0 = any. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}

/**
 * The port to use for `what`. One that was asked for must be free; the usual one is replaced by any free one, and that is said.
 * @throws DemoError when the port that was asked for is taken.
 */
export async function pickPort(what: string, usual: number, flag: string, asked?: number): Promise<number> {
  const port = await tryPort(asked ?? usual);
  if (port !== null) return port;
  if (asked !== undefined) {
    throw new DemoError(
      `port ${asked} for ${what} is taken by another program; choose another with ${flag} <port>, or leave ${flag} out`,
    );
  }
  const free = await tryPort(0);
  if (free === null) throw new DemoError("no free port on 127.0.0.1");
  say(`        Port ${usual} is taken by another program; using ${free} for ${what}.`);
  return free;
}
