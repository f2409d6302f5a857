import { createHash, createHmac } from "node:crypto";
import { choiceAt, each, type PipeMaker, type PipeTable, textOf } from "./pipe.ts";

const ALGORITHMS = ["md5", "sha1", "sha256", "sha512"] as const;
const FORMS = ["hex", "base64", "base64url"] as const;

/** Of the text's UTF-8 bytes; lower-case hex unless said otherwise. */
const digest =
  (algorithm: (typeof ALGORITHMS)[number]): PipeMaker =>
  (args) => {
    const form = choiceAt(args, 0, "ENCODING", FORMS) ?? "hex";
    return each((value) => createHash(algorithm).update(textOf(value)).digest(form));
  };

export const DIGESTS: PipeTable = {
  "md5 [ENCODING]": digest("md5"),
  "sha1 [ENCODING]": digest("sha1"),
  "sha256 [ENCODING]": digest("sha256"),
  "sha512 [ENCODING]": digest("sha512"),
  "hmac ALGORITHM KEY [ENCODING]": (args) => {
    const algorithm = choiceAt(args, 0, "ALGORITHM", ALGORITHMS) ?? "sha256";
    const form = choiceAt(args, 2, "ENCODING", FORMS) ?? "hex";
    return each((value, [, key]) => {
      const secret = textOf(key);
      return secret === "" ? undefined : createHmac(algorithm, secret).update(textOf(value)).digest(form);
    });
  },
};
