import type { AccountView } from "../../../schema/rpc/account.ts";
import type { End } from "./ends.ts";
import { type Files, units } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import type { MoneyBooks } from "./money.ts";

/** A buyer's account when everything is over. */
export function checkAccount(files: Files, ledger: Ledger, books: MoneyBooks, buyer: string, view: AccountView): void {
  const { deposit } = files.buyer(buyer);
  const charged = books.charged(buyer);
  const fault = (sentence: string) => files.broken(null, `${buyer}: ${sentence}`);
  if (view.balance !== units(deposit) - charged)
    fault(`the balance is ${view.balance}, paid in ${units(deposit)}, charged ${charged}`);
  if (view.held !== 0 || view.reservations.held > 0 || view.reservations.in_doubt > 0)
    fault(`${view.held} are still held (${view.reservations.held} held, ${view.reservations.in_doubt} in doubt)`);
  if (ledger.moved(`buyer:${buyer}`) !== view.balance)
    fault(`the ledger's balance is ${ledger.moved(`buyer:${buyer}`)}, the account's ${view.balance}`);
  if (view.outbox > 0) fault(`${view.outbox} events never reached the ledger`);
}

/** A consumer is sold once within the campaign's window, which is longer than any world. `ends` in the files' order. */
export function checkConsumers(files: Files, ends: readonly End[]): void {
  const sold = new Map<number, number>();
  for (const [i, file] of files.all().entries()) {
    if (ends[i]?.state !== "sold") continue;
    const { person } = file.order;
    const before = sold.get(person);
    if (before !== undefined) files.broken(file.n, `its consumer had been sold before, as lead ${before}`);
    sold.set(person, file.n);
  }
}
