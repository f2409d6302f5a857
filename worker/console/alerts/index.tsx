import type { ConsoleApp } from "../shell/context.ts";
import { board, history, lookNow, notices } from "./board.tsx";
import { channel, channels, saveChannel, switchChannel, testChannel } from "./channels.tsx";
import { acknowledge, incident, mute } from "./incident-page.tsx";
import { rulesPage, saveRules } from "./rules.tsx";
import { runSynthetic, saveSynthetic, switchSynthetic, synthetic, synthetics } from "./synthetics.tsx";

/** Alerts: what is open, what was, who is told of what and when, and the leads that watch the whole way. */
export function alertsRoutes(app: ConsoleApp): void {
  app.get("/alerts", board);
  app.post("/alerts/look", lookNow);
  app.get("/alerts/history", history);
  app.get("/alerts/notices", notices);
  app.get("/alerts/rules", (c) => rulesPage(c));
  app.post("/alerts/rules", saveRules);
  app.get("/alerts/channels", channels);
  app.get("/alerts/channels/:id", (c) => channel(c, c.req.param("id")));
  app.post("/alerts/channels/:id", (c) => saveChannel(c, c.req.param("id")));
  app.post("/alerts/channels/:id/test", (c) => testChannel(c, c.req.param("id")));
  app.get("/alerts/synthetics", (c) => synthetics(c));
  app.get("/alerts/synthetics/:id", (c) => synthetic(c, c.req.param("id")));
  app.post("/alerts/synthetics/:id", (c) => saveSynthetic(c, c.req.param("id")));
  app.post("/alerts/synthetics/:id/run", (c) => runSynthetic(c, c.req.param("id")));
  for (const word of ["pause", "resume"] as const) {
    app.post(`/alerts/channels/:id/${word}`, (c) => switchChannel(c, c.req.param("id"), word));
    app.post(`/alerts/synthetics/:id/${word}`, (c) => switchSynthetic(c, c.req.param("id"), word));
  }
  app.get("/alerts/:id", (c) => incident(c, c.req.param("id")));
  app.post("/alerts/:id/acknowledge", (c) => acknowledge(c, c.req.param("id")));
  app.post("/alerts/:id/mute", (c) => mute(c, c.req.param("id")));
}
