import type { DialectConfig } from "../../../schema/config/dialect.ts";
import type { Dialect } from "../dialect.ts";
import { compileDialect } from "./index.ts";

/** Dialects compiled once per version of their endpoint; the least recently used are forgotten. Shared by an isolate's requests. */
export class DialectCache {
  private readonly known = new Map<string, Dialect>();

  constructor(
    private readonly limit = 500,
    private readonly compile: (config: DialectConfig) => Dialect = compileDialect,
  ) {}

  get(endpoint_id: string, version: number, config: DialectConfig): Dialect {
    const key = `${endpoint_id}@${version}`;
    const dialect = this.known.get(key) ?? this.compile(config);
    this.known.delete(key);
    this.known.set(key, dialect);
    const oldest = this.known.keys().next();
    if (this.known.size > this.limit && !oldest.done) this.known.delete(oldest.value);
    return dialect;
  }
}
