import type { Values } from "../least-lead.ts";
import { csharp } from "./csharp.ts";
import { javascript } from "./javascript.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { sh } from "./sh.ts";

/** Everything that a program needs to know; the same for all languages. */
export interface Scene {
  /** Of the gateway, without a slash at its end. */
  origin: string;
  /** Bodies of the calls; in `post` the ping's id is missing. */
  ping: { campaign: string; test: true; lead: Values };
  post: { lead: Values };
  lead: { campaign: string; test: true; lead: Values };
  /** Seconds that a client waits: a little longer than the gateway takes. */
  timeout_s: number;
}

/** A whole program: as it stands it reads the key from `KEY`, sells a test lead and prints the answers. */
export interface Program {
  label: string;
  language: string;
  /** How to run it. */
  run: string;
  two_steps: string;
  one_step: string;
}

export const programs = (scene: Scene): Program[] => [sh, javascript, php, python, csharp].map((make) => make(scene));
