import * as z from "zod";
import type { Publisher } from "../../../schema/config/publisher.ts";
import { markdownOf } from "../../flows/specification/blocks.ts";
import { keyOf, lookUp, type RouteState, snapshotOf } from "../caller.ts";
import type { PublicContext, SnapshotView } from "../context.ts";
import { ipOf, tooMany, withinFlood } from "../limits.ts";
import { anchorOf, BLOCK_STYLE, BlockView } from "../pages/blocks.tsx";
import { Navigation, Page, page } from "../pages/layout.tsx";
import { refuse } from "../refuse.ts";
import { type PostingSpec, postingSpec } from "./posting.ts";

const formatSchema = z.enum(["html", "markdown", "json"]);
const PUBLIC = { "cache-control": "public, max-age=60", vary: "Authorization, X-Api-Key" };
/** What a key showed is nobody else's. */
const PRIVATE = { "cache-control": "private, no-store" };

/** GET /specs: the campaigns whose specification everybody may read. */
export async function specsList(ctx: PublicContext): Promise<Response> {
  const view = await snapshotOf(ctx);
  if (!view.ok) return view.refusal;
  const known = view.value
    .campaignIds()
    .flatMap((id) => view.value.campaign(id)?.config ?? [])
    .filter(({ specs }) => specs === "public")
    .sort((a, b) => a.name.localeCompare(b.name));
  return page(
    <Page title="Posting specifications">
      <Navigation />
      <h1>Posting specifications</h1>
      <p>What a publisher needs to sell leads of a campaign: fields, samples to run, test values, every answer.</p>
      {known.length === 0 ? <p>None is public. Ask the operator for yours.</p> : null}
      <ul>
        {known.map(({ id, name }) => (
          <li>
            <a href={`/specs/${id}`}>{name}</a> <code>{id}</code>
          </li>
        ))}
      </ul>
    </Page>,
    200,
    { "cache-control": "public, max-age=60" },
  );
}

/**
 * GET /specs/:campaign: the posting specification as page, text or data. A campaign shows it to everybody, to whoever sends a key of
 * one of its publishers, or to nobody; what is not shown is not there (404).
 */
export async function specAnswer(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  id: string,
): Promise<Response> {
  if (!(await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous"))) return tooMany();
  const url = new URL(request.url);
  // An address lands in logs and histories: a key in it is not read here, and nobody shall get used to it.
  const format = formatSchema.safeParse(url.searchParams.get("format") ?? "html");
  if (!format.success)
    return refuse("invalid_fields", {
      errors: [{ field: "format", code: "invalid", message: "must be html, markdown or json" }],
    });
  const view = await snapshotOf(ctx);
  if (!view.ok) return view.refusal;
  const campaign = view.value.campaign(id);
  const publisher = publisherOf(ctx, state, view.value, request, id);
  const shown = campaign?.config.specs === "public" || (campaign?.config.specs === "publishers" && publisher !== null);
  if (!campaign || !shown) return refuse("specification_not_found");
  const spec = postingSpec({ campaign: campaign.config, version: campaign.version, origin: url.origin, publisher });
  const headers = publisher ? PRIVATE : PUBLIC;
  if (format.data === "json") return Response.json(spec.data, { headers });
  if (format.data === "html") return specPage(spec, id, headers);
  return new Response(markdownOf(spec.title, spec.blocks), {
    headers: { ...headers, "content-type": "text/markdown; charset=utf-8" },
  });
}

/** By a key in a header, and only of a publisher that may sell this campaign. */
function publisherOf(
  ctx: PublicContext,
  state: RouteState,
  snapshot: SnapshotView,
  request: Request,
  campaign: string,
): Publisher | null {
  const key = keyOf(new Request(request.url.split("?")[0] ?? request.url, { headers: request.headers }));
  const known = key === null || key.length > 200 ? undefined : lookUp(ctx, state, snapshot, key);
  const publisher = known?.status === "active" ? snapshot.publisher(known.publisher_id) : undefined;
  return publisher?.campaigns.includes(campaign) ? publisher : null;
}

function specPage({ title, blocks }: PostingSpec, id: string, headers: Record<string, string>): Response {
  const titles = blocks.flatMap((block) => (block.kind === "heading" && block.level === 2 ? [block.text] : []));
  return page(
    <Page title={title} head={BLOCK_STYLE}>
      <Navigation />
      <h1>{title}</h1>
      <ol class="toc">
        {titles.map((one) => (
          <li>
            <a href={`#${anchorOf(one)}`}>{one}</a>
          </li>
        ))}
      </ol>
      {blocks.map((block) => (
        <BlockView block={block} />
      ))}
      <p>
        As <a href={`/specs/${id}?format=markdown`}>Markdown</a> or <a href={`/specs/${id}?format=json`}>JSON</a>; every
        code once more at <a href="/docs/errors">Codes</a>.
      </p>
    </Page>,
    200,
    headers,
  );
}
