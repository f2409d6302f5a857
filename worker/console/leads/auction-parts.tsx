import type { AuctionPart, AuctionTrace } from "../../../schema/api/auction-trace.ts";
import { Copy, Fact, Facts, Money, Section, When } from "../shell/parts.tsx";
import { AuctionPicture } from "./picture/index.tsx";

/** The auction's picture, and what it was about. */
export function Auction({ trace }: { trace: Pick<AuctionTrace, "auction" | "buyers"> }) {
  const { auction } = trace;
  return (
    <Section title="The auction" id="auction">
      <AuctionPicture trace={trace} />
      <AboutAuction auction={auction} />
    </Section>
  );
}

function AboutAuction({ auction }: { auction: AuctionPart }) {
  const facts = Object.entries(auction.facts);
  return (
    <>
      <h3>What it was about</h3>
      <Facts>
        <Fact name="Ping">
          <Copy text={auction.ping_id} />
        </Fact>
        <Fact name="Held">
          <When at={auction.at} />
        </Fact>
        <Fact name="Offered to the publisher">
          <Money amount={auction.price} currency={auction.currency} />
        </Fact>
        <Fact name="The publisher's minimum">
          <Money amount={auction.min_price} currency={auction.currency} />
        </Fact>
        {facts.map(([name, value]) => (
          <Fact name={name}>
            <code>{String(value)}</code>
          </Fact>
        ))}
        {auction.forced && <Fact name="Outcome forced by test ZIP">{auction.forced}</Fact>}
      </Facts>
    </>
  );
}

/** The page's first sentence: why it did, or did not, sell. */
export function Verdict({ text, tone }: { text: string; tone: "good" | "bad" | "warn" | "quiet" }) {
  return <p class={`verdict ${tone}`}>{text}</p>;
}

/** Styles of this area alone. */
export const Styles = () => <link rel="stylesheet" href="/console/leads.css" />;
