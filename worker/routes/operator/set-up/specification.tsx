import type { Context } from "hono";
import * as z from "zod";
import { markdownOf } from "../../../flows/specification/blocks.ts";
import { type Specification, specificationOf } from "../../../flows/specification/index.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import { readQuery } from "../../admin/body.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { BLOCK_STYLE, BlockView } from "../../pages/blocks.tsx";
import { Page, page } from "../../pages/layout.tsx";
import { setUpOf } from "./contract-test.ts";

export const specificationQuery = z.strictObject({
  format: z.enum(["html", "markdown", "json"]).default("html").meta({ description: "A page to print, text, or data." }),
});

/** GET /contracts/:id/specification: what the buyer is handed. */
export function specificationRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.get("/contracts/:id/specification", async (c) => {
    const query = readQuery(c, specificationQuery);
    if (!query.ok) return query.response;
    const set_up = await setUpOf(c.var.ctx.db, c.req.param("id"));
    if (!set_up.ok) return set_up.response;
    const { settings, deps } = gatewayOf(c);
    const specification = specificationOf(set_up.value, deps.now(), settings.PUBLIC_URL);
    const { format } = query.value;
    if (format === "json") return c.json(specification);
    if (format === "html") return specificationPage(specification);
    const text = markdownOf(specification.title, specification.blocks);
    return new Response(text, {
      headers: { "content-type": "text/markdown; charset=utf-8", "cache-control": "no-store" },
    });
  });
}

function specificationPage({ title, blocks }: Specification): Response {
  return page(
    <Page title={title} head={BLOCK_STYLE}>
      <h1>{title}</h1>
      {blocks.map((block) => (
        <BlockView block={block} />
      ))}
    </Page>,
  );
}
