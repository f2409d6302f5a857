import * as z from "zod";

/** What the public may know of the gateway: no party, no volume, no money. */
const ms = (about: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${about} null: too few to say.` });
const latency = z.object({
  p50_ms: ms("Half of the pings were answered within so many ms."),
  p95_ms: ms("95 % were."),
  p99_ms: ms("99 % were."),
});

export const statusAnswerSchema = z
  .object({
    status: z.enum(["operational", "degraded", "paused", "down"]).meta({
      description:
        "`operational`: selling. `degraded`: selling, with an incident. `paused`: switched off by its operator. `down`: cannot sell.",
    }),
    at: z.iso.datetime().meta({ description: "When it was looked at; at most ten seconds old." }),
    configuration_age_s: z
      .int()
      .nullable()
      .meta({ description: "Age of the configuration that is sold by, in this place." }),
    pings: z.object({ last_hour: latency, last_day: latency }).nullable().meta({
      description: "Answer times of pings, from quarter-hour sums; null: not known now.",
    }),
    leads: z
      .object({ decided_in_time_percent: z.number().nullable() })
      .nullable()
      .meta({ description: "Leads of the last day that were sold or refused before their publisher's deadline." }),
    availability: z
      .object({
        last_day_percent: z.number(),
        watched: z.boolean().meta({ description: "Whether somebody looked within the last five minutes." }),
      })
      .nullable()
      .meta({
        description:
          "The part of the last day without an incident that endangers selling, as the gateway's own watch saw it.",
      }),
    incidents: z.array(
      z.object({
        title: z.string(),
        affects: z.enum(["selling", "some_buyers", "bookkeeping"]),
        since: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: "Status" });
export type StatusAnswer = z.output<typeof statusAnswerSchema>;
