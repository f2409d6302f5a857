import type { ConsoleApp } from "../shell/context.ts";
import { buyerActions } from "./actions.ts";
import { buyerForms } from "./forms.tsx";
import { maintenancePages } from "./maintenance-page.tsx";
import { buyerPages } from "./pages.tsx";
import { buyerTrials } from "./trials.tsx";

/** Buyers and their endpoints: how they do, and what an operator does about it. */
export function buyersRoutes(app: ConsoleApp): void {
  // `new` is no buyer.
  buyerForms(app);
  maintenancePages(app);
  buyerTrials(app);
  buyerPages(app);
  buyerActions(app);
}
