import { createCipheriv, createDecipheriv } from "node:crypto";

interface Parameters {
  iv: Uint8Array;
  additionalData: Uint8Array;
}

const KEY = Symbol("raw key");
interface Key {
  [KEY]: Uint8Array;
}
const TAG = 16;

/**
 * Web Crypto works on a pool of threads, whose order is chance. In the simulation's process the same AES-256-GCM is computed at once,
 * so that its promises are microtasks like all others. Only what the gateway uses; anything else fails.
 */
export function useSynchronousCrypto(): void {
  const replaced: Record<string, (...args: never[]) => Promise<unknown>> = {
    importKey: async (_format: string, raw: Uint8Array) => ({ [KEY]: new Uint8Array(raw) }),
    encrypt: async ({ iv, additionalData }: Parameters, key: Key, plain: Uint8Array) => {
      const cipher = createCipheriv("aes-256-gcm", key[KEY], iv).setAAD(additionalData);
      return bufferOf(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },
    decrypt: async ({ iv, additionalData }: Parameters, key: Key, joined: Uint8Array) => {
      const decipher = createDecipheriv("aes-256-gcm", key[KEY], iv).setAAD(additionalData);
      decipher.setAuthTag(joined.subarray(joined.length - TAG));
      return bufferOf(Buffer.concat([decipher.update(joined.subarray(0, -TAG)), decipher.final()]));
    },
  };
  const subtle = new Proxy(
    {},
    {
      get: (_, name) => {
        const found = replaced[String(name)];
        if (!found) throw new Error(`the simulation has no crypto.subtle.${String(name)}`);
        return found;
      },
    },
  );
  Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
}

const bufferOf = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
