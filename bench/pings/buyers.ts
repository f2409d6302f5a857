import { createServer, type Socket } from "node:net";

/**
 * All buyers of a benchmark in one process: whoever is asked bids at once, by the number in its path. As light as Node can be, so that the
 * cores are the gateway's. Remembers when the last bid of each ping went out.
 */
const HEAD_END = Buffer.from("\r\n\r\n");
const lastBid = new Map<string, number>();
let asked = 0;

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf(HEAD_END);
      if (head < 0) return;
      const text = rest.toString("latin1", 0, head);
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (rest.length < head + 4 + length) return;
      const body = rest.toString("latin1", head + 4, head + 4 + length);
      rest = rest.subarray(head + 4 + length);
      answer(socket, text, body);
    }
  });
}

function answer(socket: Socket, head: string, body: string): void {
  asked++;
  const buyer = Number(/ \/b(\d+)\//.exec(head)?.[1] ?? 0);
  const json = head.includes("/post ") ? '{"status":"accepted"}' : `{"bid":${10 + (buyer % 40)}.25,"id":"r${buyer}"}`;
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`);
  const mark = /"mark":"([^"]+)"/.exec(body)?.[1];
  if (mark) lastBid.set(mark, Number(process.hrtime.bigint()) / 1e6);
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as { port: number }).port }));
process.on("message", (what) => {
  if (what === "take") {
    process.send?.({ asked, last: [...lastBid] });
    lastBid.clear();
    asked = 0;
  }
});
process.once("disconnect", () => process.exit(0));
