import { expect, test } from "vitest";
import { MAX_BODY } from "../../../worker/routes/body.ts";
import { KEY, PING, problemOf, raw, world } from "./support.ts";

const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
const padded = (bytes: number): string => JSON.stringify(PING).padEnd(bytes, " ");

test("64 KiB are read, one more byte is not", async () => {
  const w = world();
  expect((await raw(w, "/v1/pings", padded(MAX_BODY), headers)).status).toBe(200);
  const response = await raw(w, "/v1/pings", padded(MAX_BODY + 1), headers);
  expect(response.status).toBe(413);
  expect((await problemOf(response)).code).toBe("body_too_large");
  expect(w.pings).toHaveLength(1);
});

test("a stated length above the limit is refused unread", async () => {
  const body = new ReadableStream({ pull: () => Promise.reject(new Error("must not be read")) });
  const request = new Request("https://gateway.test/v1/pings", {
    method: "POST",
    headers: { ...headers, "content-length": "70000" },
    body,
    duplex: "half",
  } as RequestInit);
  expect((await world().app.request(request)).status).toBe(413);
});

test("a body without a stated length is read no further than the limit", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
  });
  const request = new Request("https://gateway.test/v1/pings", {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  expect((await world().app.request(request)).status).toBe(413);
  expect(pulled).toBeLessThan(10);
});
