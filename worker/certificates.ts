import type { Deps } from "./deps.ts";

/** Bindings by name, as the platform hands them over; only those of client certificates are looked at. */
type Bindings = object;

/** A binding of `mtls_certificates`: its `fetch` shows the client certificate. */
interface CertificateBinding {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const NAME = /^MTLS_[A-Z0-9_]{1,40}$/;

/** null: the Worker has no such binding. */
export function certificateBinding(env: Bindings, name: string): CertificateBinding | null {
  const found: unknown = NAME.test(name) && Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
  return isBinding(found) ? found : null;
}

const isBinding = (value: unknown): value is CertificateBinding =>
  typeof value === "object" && value !== null && "fetch" in value && typeof value.fetch === "function";

const known = new WeakMap<Bindings, WeakMap<Deps, Deps>>();

/** The same dependencies, with requests that name a client certificate sent through its binding. */
export function withCertificates(deps: Deps, env: Bindings): Deps {
  const made = known.get(env) ?? new WeakMap<Deps, Deps>();
  known.set(env, made);
  const before = made.get(deps);
  if (before) return before;
  const wrapped: Deps = {
    ...deps,
    fetch: (request) => {
      const { url, init, certificate } = request;
      if (certificate === undefined) return deps.fetch(request);
      const binding = certificateBinding(env, certificate);
      return binding ? binding.fetch(url, init) : deps.fetch(request);
    },
  };
  made.set(deps, wrapped);
  return wrapped;
}
