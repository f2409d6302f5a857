import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const THANKS = "https://thanks.example/x";

/** What a buyer's server may do to its callers, by path. */
const HABITS: Record<string, Handler> = {
  "/bid": (_, response) =>
    response
      .writeHead(200, { "content-type": "application/json", "retry-after": "7" })
      .end('{"bid":12.5,"city":"Zürich"}'),
  "/echo": (request, response, body) =>
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body })),
  "/html": (_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<html><h1>It works</h1></html>"),
  "/5mb": (_, response) => response.end(Buffer.alloc(5_000_000, 120)),
  "/5mb-chunked": (_, response) => {
    for (let i = 0; i < 5; i++) response.write(Buffer.alloc(1_000_000, 120));
    response.end();
  },
  "/forever": (_, response) => {
    const more = () => response.write("x".repeat(100), () => setImmediate(more));
    response.on("error", () => {});
    more();
  },
  "/stuck": (_, response) => void response.writeHead(200).write('{"bid":'),
  "/silent": () => {},
  "/redirect": (_, response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end("moved"),
  "/see-other": (_, response) =>
    response.writeHead(303, { location: THANKS, "x-original-status": "404" }).end('{"outcome":"success"}'),
  "/redirect-5mb": (_, response) => response.writeHead(302, { location: THANKS }).end(Buffer.alloc(5_000_000, 120)),
  "/redirect-stuck": (_, response) => void response.writeHead(302, { location: THANKS }).write("moved"),
  "/redirect-cut": (request, response) => {
    response.writeHead(302, { location: THANKS, "content-length": "1000" }).write("half");
    setImmediate(() => request.socket.destroy());
  },
  "/reset": (request) => void request.socket.destroy(),
  "/cut": (request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half");
    setImmediate(() => request.socket.destroy());
  },
  "/empty": (_, response) => response.writeHead(204).end(),
  "/500": (_, response) => response.writeHead(500).end("<h1>oops</h1>"),
  "/latin-1": (_, response) =>
    response
      .writeHead(200, { "content-type": "application/json; charset=ISO-8859-1" })
      .end(Buffer.from("22e922", "hex")),
  "/latin-xml": (_, response) =>
    response.end(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>\u00e9</a>', "latin1")),
  "/utf-16": (_, response) => response.end(Buffer.from('\ufeff"\u00e9"', "utf16le")),
  "/utf-16-not": (_, response) => response.end('<?xml version="1.0" encoding="utf-16"?><a>\u00e9</a>'),
  "/latin": (_, response) => response.end(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xe9, 0x22, 0x7d])),
};

export interface HostileBuyer {
  url(path: string): string;
  /** Answers that somebody still waits for. */
  open(): number;
  /** Requests so far, by path. */
  count(path: string): number;
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1 with every bad habit. */
export async function hostileBuyer(): Promise<HostileBuyer> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  let open = 0;
  const server = createServer(async (request, response) => {
    open++;
    response.on("close", () => open--);
    const path = request.url ?? "/";
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    (HABITS[path] ?? HABITS["/echo"])?.(request, response, Buffer.concat(pieces).toString());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    open: () => open,
    count: (path) => counts.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
