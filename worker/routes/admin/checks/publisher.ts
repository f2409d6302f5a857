import type { Form, Publisher } from "../../../../schema/config/publisher.ts";
import { checkUrl } from "../../../buyers/url-guard.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, missing, wrong } from "./references.ts";

/** Its campaigns must exist, and its postback must be a URL that the gateway may call. */
export async function publisherProblems(ctx: AdminContext, publisher: Publisher): Promise<FieldError[]> {
  const problems = await missing(ctx, "campaign", publisher.campaigns, (at) => `campaigns.${at}`);
  if (!publisher.postback) return problems;
  const verdict = checkUrl(publisher.postback.url.replace(/\{[a-z0-9_]+\}/g, "x"), { local: ctx.local });
  return verdict.ok ? problems : [...problems, wrong("postback.url", verdict.message)];
}

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
