import { mayAct } from "../../routes/admin/identity.ts";
import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import type { Typed } from "./form.ts";
import { buyerPage } from "./frame.tsx";
import { idOf, loadBuyer, loadHealth } from "./load.ts";
import { MoneyTab } from "./money.tsx";
import { movementsSchema } from "./shapes.ts";

/** The account of a buyer; with what was typed and refused, when a booking was. */
export async function moneyTab(c: ConsoleContext, typed: Typed = {}, problem?: Problem): Promise<Response> {
  const [buyer, health, movements] = await Promise.all([
    loadBuyer(c),
    loadHealth(c),
    c.var.api.get(`/movements?account=buyer:${idOf(c, "id")}&limit=50`, movementsSchema),
  ]);
  if (!buyer.ok) return buyer.page;
  if (!health.ok) return health.page;
  const items = movements.ok ? movements.value.items : [];
  const admin = mayAct(c.var.who.role, "admin");
  return buyerPage(c, {
    buyer: buyer.value,
    standing: health.value.standing,
    tab: "money",
    status: problem?.status,
    children: (
      <MoneyTab {...{ buyer: buyer.value, money: health.value.money, movements: items, typed, problem, admin }} />
    ),
  });
}
