import type { Context } from "hono";
import { raw } from "hono/html";
import * as z from "zod";
import { type Block, markdownOf } from "../../../flows/specification/blocks.ts";
import { type Specification, specificationOf } from "../../../flows/specification/index.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import { readQuery } from "../../admin/body.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
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

const PRINT =
  "@media print{body{max-width:none;padding:0;font-size:11px}pre{white-space:pre-wrap;break-inside:avoid}h2,h3{break-after:avoid}tr{break-inside:avoid}}h3{font-size:1rem;margin:1.4rem 0 .4rem}";

function specificationPage({ title, blocks }: Specification): Response {
  return page(
    <Page title={title} head={<style>{raw(PRINT)}</style>}>
      <h1>{title}</h1>
      {blocks.map((block) => (
        <BlockView block={block} />
      ))}
    </Page>,
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return block.level === 2 ? <h2>{block.text}</h2> : <h3>{block.text}</h3>;
    case "text":
      return (
        <p>
          <Text text={block.text} />
        </p>
      );
    case "code":
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li>
              <Text text={item} />
            </li>
          ))}
        </ul>
      );
    case "table":
      return <Rows head={block.head} rows={block.rows} />;
  }
}

function Rows({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <table>
      <tr>
        {head.map((cell) => (
          <th>{cell}</th>
        ))}
      </tr>
      {rows.map((cells) => (
        <tr>
          {cells.map((cell) => (
            <td>
              <Text text={cell} />
            </td>
          ))}
        </tr>
      ))}
    </table>
  );
}

/** What stands in backticks is code. */
function Text({ text }: { text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}
