import type { AuctionTrace } from "../../../schema/api/auction-trace.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Auction, Styles, Verdict } from "./auction-parts.tsx";
import { Buyers } from "./buyers-table.tsx";
import { leadPath, path } from "./links.ts";

/** A ping's auction by itself, posted or not. */
export function auctionPage(c: ConsoleContext, trace: AuctionTrace): Response {
  const { auction, buyers, lead_id } = trace;
  return consolePage(c, {
    title: `Auction ${auction.ping_id}`,
    area: "leads",
    crumbs: [{ href: "/ops/auctions", label: "Auctions" }],
    children: (
      <>
        <Styles />
        <Verdict text={trace.verdict} tone={auction.result === "accepted" ? "good" : "bad"} />
        <p>
          Asked by <a href={path("publisher", auction.publisher)}>{auction.publisher}</a> for{" "}
          <a href={path("campaign", auction.campaign)}>{auction.campaign}</a>
          {auction.test ? ", as a test" : ""}.{" "}
          {lead_id === null ? "Nobody posted it." : <a href={leadPath(lead_id)}>Its post became lead {lead_id}</a>}
        </p>
        <Auction trace={trace} />
        <Buyers buyers={buyers} currency={auction.currency} posted={false} />
      </>
    ),
  });
}
