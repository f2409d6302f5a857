/**
 * Everything that is not a function of its arguments: time, timers, randomness, the network. Injected everywhere, so that
 * tests and simulations bring their own. The only file (a test checks it) that touches the real ones.
 */
export interface Deps {
  /** Epoch ms. On the platform it advances only after I/O. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** Runs `fn` after `ms`; the returned function cancels it. */
  timer(fn: () => void, ms: number): () => void;
  /** `certificate`: binding of the client certificate (mTLS) that it goes out with. */
  fetch(request: { url: string; init: RequestInit; certificate?: string }): Promise<Response>;
  /** A named place where a test may let the process die. Does nothing in production. */
  crash(point: string): void;
}

export const realDeps: Deps = {
  now: () => Date.now(),
  random: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  timer: (fn, ms) => {
    const handle = setTimeout(fn, ms);
    return () => clearTimeout(handle);
  },
  fetch: ({ url, init, certificate }) =>
    certificate === undefined ? fetch(url, init) : Promise.reject(new Error(`no binding ${certificate}`)),
  crash: () => {},
};

let current: Deps = realDeps;

/** The dependencies in force. Objects and the Worker read them per call, so that a test can change them between calls. */
export const deps = (): Deps => current;

/** Tests only: replaces some of them; returns a function that puts the earlier ones back. */
export function replaceDeps(changes: Partial<Deps>): () => void {
  const before = current;
  current = { ...current, ...changes };
  return () => {
    current = before;
  };
}

/** The promise, or a rejection once `ms` have passed: what never answers is as good as away. The call itself goes on. */
export function within<T>(d: Pick<Deps, "timer">, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = d.timer(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(cancel);
  });
}

export const sleep = (d: Deps, ms: number): Promise<void> => new Promise((resolve) => void d.timer(resolve, ms));
