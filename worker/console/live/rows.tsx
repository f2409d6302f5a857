import { useContext } from "hono/jsx";
import type { LiveItem } from "../../../schema/api/live.ts";
import { clock, duration } from "../shell/format.ts";
import { Badge, Money } from "../shell/parts.tsx";
import { ViewerContext } from "../shell/viewer.ts";

/** The feed's columns; on a phone each row is a card and names them. */
export const COLUMNS = ["Time", "What", "From", "Bids", "Price", "Took", "Why"] as const;

/** One auction or sale, newest on top. The script adds them as they come; without it the page's own are there. */
export function LiveRow({ item }: { item: LiveItem }) {
  const { zone } = useContext(ViewerContext);
  const at = Date.parse(item.at);
  const [time, what, from, bids, price, took, why] = COLUMNS;
  return (
    <tr class={`live-row ${item.kind}`}>
      <td data-head={time}>
        <time datetime={item.at} title={`${item.at} (UTC); shown in ${zone}`}>
          {clock(at, zone)}
        </time>
      </td>
      <td data-head={what}>
        <What item={item} />
      </td>
      <td data-head={from}>
        <span>
          {item.publisher} <small class="quiet">{item.campaign}</small>
        </span>
      </td>
      <td data-head={bids} class="number">
        {item.kind === "auction" ? `${item.bids} of ${item.asked}` : "–"}
      </td>
      <td data-head={price} class="number">
        <Money
          amount={item.kind === "auction" && item.result !== "accepted" ? null : item.price}
          currency={item.kind === "sale" ? item.currency : undefined}
        />
      </td>
      <td data-head={took} class="number">
        {item.kind === "auction" ? duration(item.took_ms) : "–"}
      </td>
      <td data-head={why} class="why">
        {item.why}
      </td>
    </tr>
  );
}

function What({ item }: { item: LiveItem }) {
  if (item.kind === "sale")
    return (
      <span>
        <Badge tone="good">sold</Badge> <a href={`/ops/leads/${item.lead_id}`}>{item.buyer_id}</a>
      </span>
    );
  const accepted = item.result === "accepted";
  return (
    <span>
      <Badge tone={accepted ? "info" : "quiet"}>{accepted ? "offer" : "no offer"}</Badge>{" "}
      <a href={`/ops/auctions/${item.ping_id}`}>
        {(accepted ? item.winner?.buyer_id : item.code?.replaceAll("_", " ")) ?? "auction"}
      </a>{" "}
      {item.test && <Badge>test</Badge>}
    </span>
  );
}
