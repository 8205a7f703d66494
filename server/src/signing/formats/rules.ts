import { isAtLeast } from "../../nix/version.ts";

/** How versions of Nix differ in reading narinfos. */
export interface NixRules {
  /** Since 2.34 each signature must be `name:base64`, also those by untrusted keys (`Signature::parse`, `local-keys.cc`). */
  readonly parsesSignatures: boolean;
  /**
   * An unknown compression: up to 2.21 Nix looks at the archive instead (`ignored`), since then it cannot unpack it (`used`), and since
   * 2.35 it refuses the narinfo (`parsed`; `nar-info.cc`, `tarfile.cc`).
   */
  readonly compression: "ignored" | "used" | "parsed";
  /** Names with a leading dot: allowed up to 2.18, refused up to 2.20, since then all but `.` and `..` (`path.cc`). */
  readonly dots: "allowed" | "refused" | "checked";
  /** Since 2.36 a store path's hash must be followed by `-` (`path.cc`). */
  readonly requiresDash: boolean;
}

/** The rules of a version of Nix; without one those of the newest, which is the strictest. Lix (2.90 and later) branched off 2.18. */
export function nixRules(version?: string): NixRules {
  const since = (minor: number) =>
    version === undefined || (isAtLeast(version, 2, minor) && !isAtLeast(version, 2, 90));
  return {
    parsesSignatures: since(34),
    compression: since(35) ? "parsed" : since(22) ? "used" : "ignored",
    dots: since(21) ? "checked" : since(19) ? "refused" : "allowed",
    requiresDash: since(36),
  };
}
