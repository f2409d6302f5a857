import { expect, test } from "vitest";
import { KEY, PING, problemOf, raw, world } from "./support.ts";

test.each([
  "text/plain",
  "application/xml",
  "multipart/form-data; boundary=x",
  "application/json; charset=iso-8859-1",
  "json",
  "",
])("content type %j", async (type) => {
  const w = world();
  const response = await raw(w, "/v1/pings", new TextEncoder().encode(JSON.stringify(PING)), {
    authorization: `Bearer ${KEY}`,
    ...(type === "" ? {} : { "content-type": type }),
  });
  expect(response.status).toBe(415);
  expect((await problemOf(response)).code).toBe("unsupported_media_type");
  expect(w.pings).toHaveLength(0);
});

test.each(["application/json", "APPLICATION/JSON; Charset=UTF-8", "application/vnd.acme+json"])(
  "content type %j is read",
  async (type) => {
    expect(
      (await raw(world(), "/v1/pings", JSON.stringify(PING), { authorization: `Bearer ${KEY}`, "content-type": type }))
        .status,
    ).toBe(200);
  },
);
