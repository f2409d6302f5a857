import * as z from "zod";

/** A wake-up, never a record: everything else is in the lead's book. */
export const deliveryMessageSchema = z.strictObject({
  v: z.literal(1),
  kind: z.enum(["lead", "postback"]),
  lead_id: z.string().max(40),
});
export type DeliveryMessage = z.output<typeof deliveryMessageSchema>;
