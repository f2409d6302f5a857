import type { ConsoleApp } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Empty } from "../shell/parts.tsx";

export function overviewRoutes(app: ConsoleApp): void {
  app.get("/", (c) =>
    consolePage(c, { title: "Overview", area: "overview", children: <Empty>Nothing to see yet.</Empty> }),
  );
}
