/** Where the console shows what a trace speaks of. */
const PAGES: Record<string, string> = {
  contract: "/ops/contracts",
  buyer: "/ops/buyers",
  campaign: "/ops/campaigns",
  publisher: "/ops/publishers",
  lead: "/ops/leads",
  job: "/ops/jobs",
};

export const path = (kind: keyof typeof PAGES, id: string): string => `${PAGES[kind]}/${encodeURIComponent(id)}`;
export const leadPath = (lead_id: string): string => `/ops/leads/${encodeURIComponent(lead_id)}`;
export const auctionPath = (ping_id: string): string => `/ops/auctions/${encodeURIComponent(ping_id)}`;

/** The page of `contract:acme_auto`; an endpoint is shown with its buyer. null: none. */
export function pageOf(about: string | null, buyer_id?: string): string | null {
  if (about === null) return null;
  const colon = about.indexOf(":");
  const [kind, id] = [about.slice(0, colon), about.slice(colon + 1)];
  if (kind === "endpoint") return buyer_id === undefined ? null : `${path("buyer", buyer_id)}#endpoint-${id}`;
  if (kind === "settings") return "/ops/audit?target=settings%3Agateway";
  return kind in PAGES && id !== "" ? path(kind, id) : null;
}
