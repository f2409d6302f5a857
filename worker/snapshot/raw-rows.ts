/** Rows as they come from D1 (or from a book's copy): bodies are JSON text, kept with their long lists of ZIPs packed. */
export interface RawConfigRow {
  kind: string;
  id: string;
  seq: number;
  version: number;
  body: string;
}
export interface RawStatusRow {
  kind: string;
  id: string;
  seq: number;
  body: string;
}
export interface RawSuppression {
  hash: string;
  seq: number;
  removed: number;
}
export interface RawRows {
  config: RawConfigRow[];
  status: RawStatusRow[];
  suppressions: RawSuppression[];
}
