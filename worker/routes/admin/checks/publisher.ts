import type { Form, Publisher } from "../../../../schema/config/publisher.ts";
import { checkUrl } from "../../../buyers/url-guard.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, missing, wrong } from "./references.ts";

/** Its campaigns must exist, and its postback must be a URL that the gateway may call. */
export async function publisherProblems(ctx: AdminContext, publisher: Publisher): Promise<FieldError[]> {
  const problems = await missing(ctx, "campaign", publisher.campaigns, (at) => `campaigns.${at}`);
  if (!publisher.postback) return problems;
  const { url } = publisher.postback;
  const filled = (value: string) => url.replace(/\{[a-z0-9_]+\}/g, value);
  const verdict = checkUrl(filled("x"), { local: ctx.local });
  if (!verdict.ok) return [...problems, wrong("postback.url", verdict.message)];
  // A click id is the caller's to choose, an address to call is not. Compared as parsed: there are many ways to write a host.
  if (hostOf(filled("x")) === hostOf(filled("y"))) return problems;
  return [...problems, wrong("postback.url", "must not have a macro in its host")];
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null);

export async function formProblems(ctx: AdminContext, form: Form): Promise<FieldError[]> {
  const [publisher, campaign] = await Promise.all([
    find(ctx, "publisher", form.publisher_id),
    find(ctx, "campaign", form.campaign_id),
  ]);
  const problems: FieldError[] = [];
  if (!publisher) problems.push(wrong("publisher_id", `there is no publisher ${form.publisher_id}`, "unknown"));
  if (!campaign) problems.push(wrong("campaign_id", `there is no campaign ${form.campaign_id}`, "unknown"));
  if (publisher && !publisher.campaigns.includes(form.campaign_id))
    problems.push(
      wrong("campaign_id", `publisher ${form.publisher_id} does not sell to ${form.campaign_id}`, "conflict"),
    );
  return problems;
}
