import { createContext } from "hono/jsx";
import type { OperatorRole } from "../../../schema/lists.ts";

/** What parts need to know of who is looking. */
export interface Viewer {
  zone: string;
  /** Epoch ms. */
  now: number;
  role: OperatorRole;
}

export const ViewerContext = createContext<Viewer>({ zone: "UTC", now: 0, role: "viewer" });
