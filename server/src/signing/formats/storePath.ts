import { Refused } from "./refused.ts";
import type { NixRules } from "./rules.ts";

/** Names that every version of Nix takes. */
const plain = /^[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+\-_?=][A-Za-z0-9+\-._?=]{0,210}$/;

const hashLength = 32;
const maxName = 211;

/** Checks `<hash>-<name>` (Nix, `StorePath::StorePath`, `src/libstore/path.cc`). @throws Refused */
export function checkBaseName(base: string, rules: NixRules): void {
  if (plain.test(base)) return;
  if (base.length < hashLength + 1) throw new Refused(`'${base}' is too short to be a valid store path`);
  if (rules.requiresDash && base[hashLength] !== "-")
    throw new Refused(`'${base}' can't name a store path because the hash part is not followed by a '-'`);
  const digit = /[^0-9a-df-np-sv-z]/.exec(base.slice(0, hashLength))?.[0];
  if (digit !== undefined) throw new Refused(`store path '${base}' contains illegal base-32 character '${digit}'`);
  checkName(base, base.slice(hashLength + 1), rules);
}

function checkName(base: string, name: string, { dots }: NixRules): void {
  if (name === "") throw new Refused(`store path '${base}' has an empty name`);
  if (name.length > maxName) throw new Refused(`store path '${base}' has a name longer than ${maxName} characters`);
  if (dots === "refused" && name.startsWith("."))
    throw new Refused(`store path '${base}' starts with illegal character '.'`);
  if (dots === "checked" && /^\.\.?(?:-|$)/.test(name))
    throw new Refused(`store path '${base}' has invalid name '${name}'`);
  const character = /[^A-Za-z0-9+\-._?=]/.exec(name)?.[0];
  if (character !== undefined) throw new Refused(`store path '${base}' contains illegal character '${character}'`);
}

/** Reads the path of a store, which need not be normalized (Nix, `Store::parseStorePath`). @throws Refused */
export function parseStorePath(text: string, storeDir: string, rules: NixRules): string {
  if (!text.startsWith("/")) throw new Refused(`not an absolute path: '${text}'`);
  const parts: string[] = [];
  for (const part of text.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const base = parts.pop() ?? "";
  if (`/${parts.join("/")}` !== storeDir) throw new Refused(`path '${text}' is not in the Nix store`);
  checkBaseName(base, rules);
  return `${storeDir}/${base}`;
}
