import type { Mutation } from "../bundle.ts";

export const byAuthor: readonly Mutation[] = [];
