import { createDurable, proxyDurable } from "itty-durable";
import { deps } from "../worker/deps.ts";
import { acknowledge, type Board, mute } from "./alert-board-rules.ts";

/**
 * The operators' alert board: who has seen which alert, and what is muted. Low stakes, so itty-durable's style fits: one blob,
 * persisted after each call. It must not have alarms (an alarm that persists before the state was loaded loses it), and holds
 * neither money nor leads. One object, named `main`.
 */
export class AlertBoard extends createDurable({ autoPersist: true }) {
  acknowledged: Board["acknowledged"] = {};
  muted: Board["muted"] = {};

  constructor(state: DurableObjectState) {
    // No bindings: whatever is handed on becomes part of the object.
    super(state, {});
  }

  read(): Board {
    return { acknowledged: this.acknowledged, muted: this.muted };
  }

  acknowledge(id: string, by: string): Board {
    return this.become(acknowledge(this.read(), id, by, deps().now()));
  }

  mute(subject: string, by: string, for_ms: number): Board {
    const now = deps().now();
    return this.become(mute(this.read(), subject, by, now + for_ms, now));
  }

  private become(board: Board): Board {
    this.acknowledged = board.acknowledged;
    this.muted = board.muted;
    return board;
  }
}

/** The board as the Worker calls it: JSON over the object's own little router, for itty-durable has no native RPC. */
export interface BoardPort {
  read(): Promise<Board>;
  acknowledge(id: string, by: string): Promise<Board>;
  mute(subject: string, by: string, for_ms: number): Promise<Board>;
}

export function boardOf(namespace: DurableObjectNamespace): BoardPort {
  return proxyDurable(namespace, { name: "ALERTS", parse: true }).get("main") as BoardPort;
}
