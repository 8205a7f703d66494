import { verify } from "node:crypto";
import * as l10n from "@vscode/l10n";
import { type Interruptible, runToEnd } from "../util/steps.ts";
import { decodeBase64 } from "./formats/base64.ts";
import { falseContentAddress } from "./formats/contentAddress.ts";
import { canonicalHash } from "./formats/hash.ts";
import { reading } from "./formats/refused.ts";
import { hasSmallOrder, type PublicKey, type TrustedKeys } from "./keys.ts";
import type { PathInfo } from "./pathInfo.ts";

/** The text that a signature signs (Nix, `ValidPathInfo::fingerprint`); undefined when the hash is invalid. */
export function fingerprint(info: PathInfo): string | undefined {
  const hash = canonicalHash(info.narHash);
  const references = [...new Set(info.references)].toSorted().join(",");
  return hash === undefined ? undefined : `1;${info.path};${hash};${info.narSize};${references}`;
}

/** Whether Nix would accept a path by what is known of it. */
export type Verdict =
  | { readonly status: "trusted"; readonly key: string }
  /** Its name is the hash of its content, so it needs no signature. */
  | { readonly status: "contentAddressed" }
  /** Nix refuses it: it was changed, another key has the same name, or it is malformed. */
  | { readonly status: "invalid"; readonly key?: string; readonly why: string }
  /** Signed by keys that are not trusted. */
  | { readonly status: "untrusted"; readonly key: string; readonly why?: string }
  | { readonly status: "unsigned"; readonly why?: string };

/** Checks a path's signatures and content address against the trusted keys. Never throws. */
export function checkSignatures(info: PathInfo, keys: TrustedKeys): Verdict {
  return runToEnd(verdictSteps(info, keys));
}

/** The same in steps: there may be thousands of signatures. */
export function* verdictSteps(info: PathInfo, keys: TrustedKeys): Interruptible<Verdict> {
  const signatures = [...new Set(info.signatures)].map(splitSignature);
  const first = signatures.find(({ name }) => name !== "")?.name;
  if (keys.refused !== undefined) return noKeys(first, keys.refused);
  const { ca } = info;
  const falseClaim = ca === undefined ? undefined : falseContentAddress({ ...info, ca });
  if (falseClaim !== undefined) return { status: "invalid", why: falseClaim };
  const verdict = yield* signatureSteps(info, signatures, keys);
  if (ca !== undefined && verdict.status !== "trusted") return { status: "contentAddressed" };
  return verdict;
}

function noKeys(signer: string | undefined, refused: string): Verdict {
  const why = l10n.t("Nix cannot read 'trusted-public-keys': {0}.", refused);
  return signer === undefined ? { status: "unsigned", why } : { status: "untrusted", key: shortName(signer), why };
}

/** The longest name of an unknown key that is shown. */
const maxName = 200;

/** The name of an unknown key, which a cache may have made as long as it likes. */
export function shortName(name: string): string {
  return name.length > maxName ? `${name.slice(0, maxName)}…` : name;
}

interface Signature {
  /** Empty if there is none. */
  readonly name: string;
  readonly base64: string;
}

function splitSignature(text: string): Signature {
  const colon = text.indexOf(":");
  return colon < 1 ? { name: "", base64: "" } : { name: text.slice(0, colon), base64: text.slice(colon + 1) };
}

/**
 * Checks the signatures like Nix (`ValidPathInfo::checkSignatures`): a single good one will do, but a malformed one by the name of a
 * trusted key is an error even beside a good one. Nix ignores those by other names.
 */
function* signatureSteps(
  info: PathInfo,
  signatures: readonly Signature[],
  { byName }: TrustedKeys,
): Interruptible<Verdict> {
  const named = signatures.flatMap(signature => {
    const key = byName.get(signature.name);
    return key === undefined ? [] : [{ ...signature, key, bytes: signatureBytes(signature.base64) }];
  });
  for (const { name, bytes } of named)
    if ("refused" in bytes) return { status: "invalid", key: name, why: bytes.refused };
  const text = Buffer.from(fingerprint(info) ?? "");
  for (const { name, key, bytes } of named) {
    if ("value" in bytes && verifies(text, key, bytes.value)) return { status: "trusted", key: name };
    yield;
  }
  const [wrong] = named;
  if (wrong !== undefined)
    return {
      status: "invalid",
      key: wrong.name,
      why: l10n.t(
        "The signature does not match: what it signs was changed, or it was made by another key with the name {0}.",
        wrong.name,
      ),
    };
  const stranger = signatures.find(({ name }) => name !== "");
  if (stranger !== undefined) return { status: "untrusted", key: shortName(stranger.name) };
  return { status: "unsigned", ...(signatures.length > 0 && { why: l10n.t("Its signature has no key name.") }) };
}

function signatureBytes(base64: string) {
  const result = reading(() => decodeBase64(base64));
  if ("refused" in result || result.value.length === 64) return result;
  return { refused: "signature is not valid" };
}

function verifies(text: Buffer, { key, isWeak, verified }: PublicKey, signature: Buffer): boolean {
  if (text.length === 0 || isWeak || hasSmallOrder(signature.subarray(0, 32))) return false;
  return verified?.get(checkName(text, signature)) ?? verify(null, text, key, signature);
}

/**
 * Verifies in other threads the signatures of a path that its verdict will need; Ed25519 takes longer than all else. The results are
 * kept with the keys. Never rejects.
 */
export async function verifyAhead(info: PathInfo, { byName }: TrustedKeys): Promise<void> {
  for (const { name, base64 } of info.signatures.slice(0, maxAhead).map(splitSignature)) {
    const key = byName.get(name);
    const bytes = key?.verified === undefined ? undefined : signatureBytes(base64);
    if (key?.verified === undefined || bytes === undefined || "refused" in bytes) continue;
    const text = Buffer.from(fingerprint(info) ?? "");
    const isGood = await new Promise<boolean | undefined>(resolve =>
      verify(null, text, key.key, bytes.value, (error, result) => resolve(error === null ? result : undefined)),
    );
    if (isGood !== undefined) key.verified.set(checkName(text, bytes.value), isGood);
  }
}

/** A path with more signatures is unusual: the others are verified when they are needed. */
const maxAhead = 4;

function checkName(text: Buffer, signature: Buffer): string {
  return `${text.toString("latin1")} ${signature.toString("latin1")}`;
}
