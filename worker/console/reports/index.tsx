import { problem } from "../../routes/problem.ts";
import { query } from "../shell/api.ts";
import type { ConsoleApp } from "../shell/context.ts";
import { asked } from "./asked.ts";
import { bidsPage, figuresPage, lostPage, reasonsPage } from "./details.tsx";
import { groupsPage } from "./groups.tsx";
import { summaryPage } from "./summary.tsx";

const FILES = ["summary", "reasons", "bids", "lost"];

/** Reports: what was asked, offered, sold and earned in a range, and what was lost. */
export function reportsRoutes(app: ConsoleApp): void {
  app.get("/reports", summaryPage);
  app.get("/reports/groups", groupsPage);
  app.get("/reports/reasons", reasonsPage);
  app.get("/reports/bids", bidsPage);
  app.get("/reports/lost", lostPage);
  app.get("/reports/figures", figuresPage);
  app.get("/reports/csv/:what", (c) => {
    const what = c.req.param("what");
    if (!FILES.includes(what)) return problem(404, "not_found", "there is no such file");
    const { from, to, zone, filters } = asked(c);
    const { publisher, campaign, buyer, contract } = filters;
    const all = what === "summary" || what === "reasons" ? { publisher, campaign } : {};
    const more = what === "summary" ? { by: c.req.query("by"), group: c.req.query("group") } : {};
    return c.var.api.raw(
      query(`/reports/${what}`, { from, to, zone, buyer, contract, ...all, ...more, format: "csv" }),
    );
  });
}
