import * as l10n from "@vscode/l10n";
import { type CacheKeyFault, cacheKeyFault } from "../../common/entered/keys.ts";
import type { SignatureDeclarations, WrittenText } from "../../network/signatures/declared.ts";
import type { MachineSignatureFacts, Place } from "../../network/signatures/effective.ts";
import { cacheHost, defaultKey, knownKey } from "../../options/knownCaches.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { stringText } from "../../syntax/quoting.ts";
import type { Span } from "../../syntax/strict/span.ts";
import type { DiagnosticCode, Remark } from "./codes.ts";

/** What a text sets about caches and signatures, and what the machines that use it set with all their modules. */
export interface SignatureText {
  readonly declarations: SignatureDeclarations;
  /** Undefined: they are not known, or there are too many. */
  readonly machines: readonly MachineSignatureFacts[] | undefined;
}

/** Mistakes about signatures that are certain without evaluating anything. */
export function signatureRemarks(document: NixDocument, { declarations, machines = [] }: SignatureText): Remark[] {
  return [
    ...declarations.publicKeys.flatMap(key => keyRemarks(document, key)),
    ...declarations.unchecked.map(place => uncheckedRemark(document, place)),
    ...machineRemarks(document, machines),
  ];
}

/** One remark for each key of a string that Nix does not accept. */
function keyRemarks(document: NixDocument, { text, place }: WrittenText): Remark[] {
  const keys = text.split(/\s+/).filter(Boolean);
  return keys.flatMap((key): Remark[] => {
    const fault = cacheKeyFault(key);
    if (fault === undefined) return [];
    const range = document.rangeAt(place.start, place.end);
    if (fault.kind !== "secret") return [{ code: "malformed-public-key", range, message: malformed(fault) }];
    const message = l10n.t(
      "This is a SECRET key. All who can read this file, the Nix store or a cache can now sign as '{0}', and machines will trust them. Replace it with its public key, and create new keys: this one must not be used any more.",
      key.slice(0, key.indexOf(":")),
    );
    const replacement = stringText(text.replace(key, fault.publicKey));
    const isLiteral = document.text.slice(place.start, place.end) === stringText(text);
    return [{ code: "secret-key-in-text", range, message, ...(isLiteral && { data: { replacement } }) }];
  });
}

function malformed(fault: Exclude<CacheKeyFault, { kind: "secret" }>): string {
  switch (fault.kind) {
    case "incomplete":
      return l10n.t(
        "This is not a public key: a name, a colon and 44 characters in base 64. Nix fails when it checks a signature.",
      );
    case "not base 64":
      return l10n.t(
        "This public key has a character that is not in base 64, perhaps because it was not copied exactly. Nix fails when it checks a signature.",
      );
    case "length":
      return l10n.t(
        "This public key has {0} bytes instead of 32: it was not copied completely. Nix fails when it checks a signature.",
        fault.bytes,
      );
  }
}

function uncheckedRemark(document: NixDocument, { start, end }: Span): Remark {
  const isText = document.text.slice(start, end).startsWith('"');
  const message = l10n.t(
    "Nix accepts every path from every cache, regardless of who made it: signatures are not checked. Trust the keys of your caches instead.",
  );
  const data = { replacement: isText ? '"true"' : "true" };
  return { code: "signatures-not-required", range: document.rangeAt(start, end), message, data };
}

/** What is wrong for all machines that use a text. */
function machineRemarks(document: NixDocument, machines: readonly MachineSignatureFacts[]): Remark[] {
  const found = new Map<string, Found>();
  for (const machine of machines) {
    for (const { place, isWrong, ...remark } of findingsOf(machine)) {
      if (place.uri !== document.uri) continue;
      const key = `${remark.code} ${place.start}`;
      const known = found.get(key);
      found.set(key, { ...remark, place, isWrong: isWrong && known?.isWrong !== false });
    }
  }
  return [...found.values()]
    .filter(({ isWrong }) => isWrong)
    .map(({ code, message, place: { start, end } }) => ({ code, message, range: document.rangeAt(start, end) }));
}

interface Found {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly place: Place;
  readonly isWrong: boolean;
}

function findingsOf(machine: MachineSignatureFacts): Found[] {
  const { substituters, nixServe } = machine;
  return [
    ...substituters.map(({ url, place }): Found => {
      const message = l10n.t(
        "No key of this cache is trusted: Nix only warns, ignores what it has, and builds everything itself. Add its public key to 'trusted-public-keys'.",
      );
      return { code: "substituter-without-key", message, place, isWrong: lacksKey(url, machine) };
    }),
    ...(nixServe === undefined ? [] : [unsignedServer(nixServe)]),
  ];
}

function unsignedServer({ place, hasKey }: NonNullable<MachineSignatureFacts["nixServe"]>): Found {
  const message = l10n.t(
    "nix-serve does not sign what it serves, so machines refuse it: 'services.nix-serve.secretKeyFile' is not set.",
  );
  return { code: "nix-serve-without-key", message, place, isWrong: hasKey === false };
}

/** Whether it is certain that none of the trusted keys is the key of a cache. */
function lacksKey(url: string, { trustedKeys, requiresSignatures }: MachineSignatureFacts): boolean {
  if (cacheHost(url) === undefined || trustedKeys === undefined || requiresSignatures !== true) return false;
  // Such a cache needs no signatures (Nix, `StoreConfig::isTrusted`).
  if (/[?&]trusted=(?:1|true|yes)\b/.test(url)) return false;
  const key = knownKey(url);
  if (key === defaultKey) return false;
  const names = trustedKeys.map(nameOf);
  return key === undefined ? names.every(name => name === nameOf(defaultKey)) : !names.includes(nameOf(key));
}

function nameOf(key: string): string {
  return key.slice(0, key.indexOf(":"));
}
