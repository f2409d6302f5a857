/** What has to be undone when the demo ends, by whatever way: newest first, once. */
export class Closers {
  readonly list: (() => Promise<void> | void)[] = [];
  /** The demo is ending: failures of what is being ended are no news. */
  closing = false;

  add(close: () => Promise<void> | void): void {
    this.list.push(close);
  }

  /** Ctrl-C, a closed terminal, or an order to end; a second one does not wait. */
  onSignals(announce: () => void, code: number): void {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (this.closing) process.exit(code);
        announce();
        void this.finish(code);
      });
    }
  }

  async finish(code: number): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    for (const close of this.list.splice(0).reverse()) {
      try {
        await close();
      } catch {
        // The others still have to end.
      }
    }
    process.exit(code);
  }
}
