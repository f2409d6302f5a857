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
  app.get("/reports/csv/:what", async (c) => {
    const what = c.req.param("what");
    if (!FILES.includes(what)) return problem(404, "not_found", "there is no such file");
    const { from, to, zone, filters, wrong } = asked(c);
    if (wrong) {
      const { field, message } = wrong;
      return problem(422, "invalid_fields", `${field} ${message}`, [{ field, message, code: "invalid" }]);
    }
    const { publisher, campaign, buyer, contract } = filters;
    const all = what === "summary" || what === "reasons" ? { publisher, campaign } : {};
    const more = what === "summary" ? { by: c.req.query("by"), group: c.req.query("group") } : {};
    const answer = await c.var.api.raw(
      query(`/reports/${what}`, { from, to, zone, buyer, contract, ...all, ...more, format: "csv" }),
    );
    if (!answer.ok) return answer;
    // One file is told from another by its name: what, for whom, which days.
    const name = [what, ...Object.values(filters), from, to].map((part) => part.replace(/[^\w-]/g, "")).join("_");
    const headers = new Headers(answer.headers);
    headers.set("content-disposition", `attachment; filename="${name}.csv"`);
    return new Response(answer.body, { status: answer.status, headers });
  });
}
