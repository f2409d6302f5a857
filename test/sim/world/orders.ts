import type { Dice } from "../core/dice.ts";
import { crowdedOrder, type Kind } from "./kinds.ts";
import type { Order } from "./publishers.ts";

/** What publishers of a world send. */
export class Orders {
  /** Of each lead so far. */
  private readonly persons: number[] = [];

  constructor(
    private readonly dice: Dice,
    private readonly kind: Kind,
  ) {}

  next(n: number): Order {
    const { dice } = this;
    const steps = dice.chance(0.5) ? 2 : 1;
    const repeats: Order["repeats"] = [];
    if (dice.chance(0.1)) repeats.push({ after_ms: dice.between(0, 300), other: false });
    if (dice.chance(0.1)) repeats.push({ after_ms: dice.between(6_000, 600_000), other: false });
    if (dice.chance(0.05)) repeats.push({ after_ms: dice.between(0, 30_000), other: true });
    const order: Order = {
      n,
      publisher: dice.pick(["final", "final", "paid", "waits", "waits"]),
      steps,
      person: this.personOf(n),
      think_ms: dice.chance(0.02) ? 130_000 : dice.between(5, 4_000),
      repeats,
      hangs_up: dice.chance(0.05),
      once: false,
    };
    return this.kind === "crowded" ? crowdedOrder(dice, order) : order;
  }

  /** Now and then somebody who came before: long ago, or a moment ago and maybe for the third time, as people do who press twice. */
  private personOf(n: number): number {
    const { dice, persons } = this;
    const before = dice.chance(0.5) ? persons[dice.whole(0, n - 1)] : persons[n - 1];
    const person = n > 0 && dice.chance(0.08) ? (before ?? n) : n;
    persons.push(person);
    return person;
  }
}
