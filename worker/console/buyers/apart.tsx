import type { PingFigures } from "../../../schema/api/buyer-health.ts";
import { FIGURES } from "../../../schema/figures.ts";
import { count } from "../shell/format.ts";
import { type Column, Stat } from "../shell/parts.tsx";

/** What is in no rate: our own doing, not the buyer's answers. Titles and sentences are the reports'. */
const NAMES = ["closed_early", "out_maximum_too_low", "out_shaped"] as const satisfies readonly (keyof PingFigures)[];
type Apart = Pick<PingFigures, (typeof NAMES)[number]>;
const APART = NAMES.flatMap((name) => FIGURES.flatMap((figure) => (figure.name === name ? [{ ...figure, name }] : [])));

export function ApartStats({ of }: { of: Apart }) {
  return (
    <>
      {APART.map(({ name, title, sentence }) => (
        <Stat name={title} value={count(of[name])} hint={sentence} best_effort />
      ))}
    </>
  );
}

export const apartColumns: Column<{ figures: Apart }>[] = APART.map(({ name, title, sentence }) => ({
  head: title,
  hint: sentence,
  number: true,
  cell: ({ figures }) => count(figures[name]),
}));
