import { createHash, createPublicKey, verify } from "node:crypto";

// What Nix does with a narinfo, written from its sources, function by function and byte by byte, and independent of our reader:
// `nar-info.cc`, `path.cc`, `path-info.cc`, `content-address.cc`, `local-store.cc` in src/libstore, `hash.cc`, `base-n.cc` and
// `local-keys.cc` in src/libutil. Whatever throws here throws there.

/** What a cache has to do with. */
export interface StrictCase {
  /** The store path that is asked for. */
  readonly asked: string;
  readonly storeDir: string;
  /** `trusted-public-keys` */
  readonly keys: readonly string[];
  /** Of the archive in the cache. */
  readonly archive: { readonly narHash: string; readonly narSize: number };
  /** Nix 2.x */
  readonly minor: number;
}

/** Whether `nix copy --from` takes the path, or why it does not. */
export function strictVerdict(narinfo: Buffer, given: StrictCase): true | string {
  try {
    const info = read(narinfo.toString("latin1"), given);
    if (info.path !== given.asked) throw new Error("path is not valid");
    addToStore(info, given);
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return String(error);
  }
}

interface Hash {
  readonly algorithm: string;
  readonly hex: string;
}

interface Ca {
  readonly method: "text" | "flat" | "recursive";
  readonly hash: Hash;
}

interface Info {
  path: string;
  narHash: Hash;
  narSize: bigint;
  references: Set<string>;
  sigs: Set<string>;
  ca: Ca | undefined;
}

function read(s: string, { storeDir, minor }: StrictCase): Info {
  let [path, url, narHash, narSize, ca]: [string?, string?, Hash?, bigint?, Ca?] = [];
  let compression = "";
  const [references, sigs] = [new Set<string>(), new Set<string>()];
  let pos = 0;
  while (pos < s.length) {
    const colon = s.indexOf(":", pos);
    if (colon === -1) throw new Error("corrupt");
    const name = s.slice(pos, colon);
    const eol = colon + 2 > s.length ? -1 : s.indexOf("\n", colon + 2);
    if (eol === -1) throw new Error("corrupt");
    const value = s.slice(colon + 2, eol);
    if (name === "StorePath") path = storePath(value, storeDir, minor);
    else if (name === "URL") url = value;
    else if (name === "Compression") {
      if (minor >= 35) checkCompression(value);
      compression = value;
    } else if (name === "FileHash") anyPrefixed(value);
    else if (name === "FileSize") uint64(value);
    else if (name === "NarHash") narHash = anyPrefixed(value);
    else if (name === "NarSize") narSize = uint64(value);
    else if (name === "References") {
      if (references.size > 0) throw new Error("corrupt");
      for (const token of value.split(" ").filter(part => part !== ""))
        references.add(`${storeDir}/${base(token, minor)}`);
    } else if (name === "Deriver") {
      if (value !== "unknown-deriver") base(value, minor);
    } else if (name === "Sig") {
      if (minor >= 34) {
        const at = value.indexOf(":");
        if (at < 1 || base64(value.slice(at + 1)).length === 0) throw new Error("signature is corrupt");
      }
      sigs.add(value);
    } else if (name === "CA") {
      if (ca) throw new Error("corrupt");
      if (value !== "") ca = contentAddress(value);
    }
    pos = eol + 1;
  }
  if (path === undefined || narHash === undefined || !url || !narSize) throw new Error("corrupt");
  // `getArchiveFilterCodeByName`, when the archive is unpacked.
  if (minor >= 22) checkCompression(compression);
  return { path, narHash, narSize, references, sigs, ca };
}

function checkCompression(name: string): void {
  const known = ["", "none", "br", "bzip2", "compress", "grzip", "gzip", "lrzip", "lz4", "lzip", "lzma", "lzop"];
  if (![...known, "xz", "zstd"].includes(name)) throw new Error("unknown compression method");
}

function storePath(text: string, storeDir: string, minor: number): string {
  if (text === "" || text[0] !== "/") throw new Error("not an absolute path");
  let canonical = "";
  let rest = text;
  for (;;) {
    while (rest.startsWith("/")) rest = rest.slice(1);
    if (rest === "") break;
    const end = rest.indexOf("/");
    const part = end === -1 ? rest : rest.slice(0, end);
    rest = rest.slice(part.length);
    if (part === ".") continue;
    if (part === "..") canonical = canonical.slice(0, Math.max(canonical.lastIndexOf("/"), 0));
    else canonical += `/${part}`;
  }
  const slash = canonical.lastIndexOf("/");
  if (canonical.slice(0, Math.max(slash, 0)) !== storeDir) throw new Error("is not in the Nix store");
  return `${storeDir}/${base(canonical.slice(slash + 1), minor)}`;
}

function base(text: string, minor: number): string {
  if (text.length < 33) throw new Error("too short");
  for (const c of text.slice(0, 32))
    if ("eout".includes(c) || !((c >= "0" && c <= "9") || (c >= "a" && c <= "z"))) throw new Error("illegal base-32");
  if (minor >= 36 && text[32] !== "-") throw new Error("not followed by -");
  const name = text.slice(33);
  if (name === "" || name.length > 211) throw new Error("empty or long name");
  if (minor >= 19 && minor < 21 && name[0] === ".") throw new Error("starts with .");
  if (minor >= 21)
    for (const part of [".", ".."]) if (name === part || name.startsWith(`${part}-`)) throw new Error("invalid name");
  for (const c of name)
    if (!((c >= "0" && c <= "9") || (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || "+-._?=".includes(c)))
      throw new Error("illegal character");
  return text;
}

/** `boost::lexical_cast<uint64_t>` */
function uint64(text: string): bigint {
  if (!/^\+?\d+$/.test(text)) throw new Error("corrupt");
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  if (value >= 1n << 64n) throw new Error("corrupt");
  return value;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(text: string): Buffer {
  const bytes: number[] = [];
  let [d, bits] = [0, 0];
  for (const c of text) {
    if (c === "=") break;
    if (c === "\n") continue;
    const digit = alphabet.indexOf(c);
    if (digit === -1) throw new Error("invalid character in Base64 string");
    bits += 6;
    d = ((d << 6) | digit) & 0xffff;
    if (bits >= 8) {
      bytes.push((d >> (bits - 8)) & 0xff);
      bits -= 8;
    }
  }
  return Buffer.from(bytes);
}

const base32Digits = "0123456789abcdfghijklmnpqrsvwxyz";

function base32(bytes: Buffer): string {
  // The bytes are a little-endian number whose digits of five bits are written with the highest first.
  let value = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  let text = "";
  for (let n = Math.ceil((bytes.length * 8) / 5); n > 0; n--) {
    text = `${base32Digits[Number(value & 31n)]}${text}`;
    value >>= 5n;
  }
  return text;
}

function unBase32(text: string, size: number): string {
  let value = 0n;
  for (const c of text) {
    const digit = base32Digits.indexOf(c);
    if (digit === -1) throw new Error("invalid base-32 hash");
    value = (value << 5n) | BigInt(digit);
  }
  if (value >= 1n << BigInt(8 * size)) throw new Error("invalid base-32 hash");
  return Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex")
    .reverse()
    .toString("hex");
}

function sizeOf(algorithm: string): number {
  const size = new Map(Object.entries({ md5: 16, sha1: 20, sha256: 32, sha512: 64 })).get(algorithm);
  if (size === undefined) throw new Error("unknown hash algorithm");
  return size;
}

function anyPrefixed(text: string): Hash {
  for (const separator of [":", "-"]) {
    const at = text.indexOf(separator);
    if (at === -1) continue;
    const [algorithm, rest] = [text.slice(0, at), text.slice(at + 1)];
    return separator === ":" ? unprefixed(rest, algorithm) : decoded(rest, algorithm);
  }
  throw new Error("does not include a type");
}

function unprefixed(text: string, algorithm: string): Hash {
  const size = sizeOf(algorithm);
  if (text.length === size * 2) {
    for (const c of text) if (!"0123456789abcdefABCDEF".includes(c)) throw new Error("invalid base-16 hash");
    return { algorithm, hex: text.toLowerCase() };
  }
  if (text.length === Math.floor((size * 8 - 1) / 5) + 1) return { algorithm, hex: unBase32(text, size) };
  if (text.length === ((Math.floor((4 * size) / 3) + 3) & ~3)) return decoded(text, algorithm);
  throw new Error("wrong length");
}

function decoded(text: string, algorithm: string): Hash {
  const size = sizeOf(algorithm);
  const bytes = base64(text);
  if (bytes.length !== size) throw new Error("invalid hash");
  return { algorithm, hex: bytes.toString("hex") };
}

function contentAddress(text: string): Ca {
  const take = (from: string) => {
    const at = from.indexOf(":");
    if (at === -1) throw new Error("not a content address");
    return [from.slice(0, at), from.slice(at + 1)] as const;
  };
  let [prefix, rest] = take(text);
  let method: Ca["method"] = "flat";
  if (prefix === "text") method = "text";
  else if (prefix !== "fixed") throw new Error("prefix is unrecognized");
  else if (rest.startsWith("r:")) [method, rest] = ["recursive", rest.slice(2)];
  const [algorithm, digits] = take(rest);
  sizeOf(algorithm);
  if (method === "text" && algorithm !== "sha256") throw new Error("should use sha256");
  return { method, hash: unprefixed(digits, algorithm) };
}

/** `LocalStore::addToStore`, with all checks. */
function addToStore(info: Info, { storeDir, keys, archive }: StrictCase): void {
  const trusted = new Map<string, Buffer>();
  for (const key of keys) {
    const at = key.indexOf(":");
    if (at < 1 || at === key.length - 1) throw new Error("key is corrupt");
    const bytes = base64(key.slice(at + 1));
    if (bytes.length !== 32) throw new Error("public key is not valid");
    if (!trusted.has(key.slice(0, at))) trusted.set(key.slice(0, at), bytes);
  }
  const isAddressed = info.ca !== undefined && madePath(info, info.ca, storeDir) === info.path;
  if (!isAddressed && goodSignatures(info, trusted) === 0) throw new Error("lacks a valid signature");
  if (`${info.narHash.algorithm}:${info.narHash.hex}` !== `sha256:${unBase32(archive.narHash.slice(7), 32)}`)
    throw new Error("hash mismatch importing path");
  if (info.narSize !== BigInt(archive.narSize)) throw new Error("size mismatch importing path");
  if (info.ca !== undefined && !isAddressed) throw new Error("claims to be content-addressed but isn't");
}

function goodSignatures(info: Info, trusted: ReadonlyMap<string, Buffer>): number {
  const text = [
    "1",
    info.path,
    `${info.narHash.algorithm}:${base32(Buffer.from(info.narHash.hex, "hex"))}`,
    String(info.narSize),
    [...info.references].toSorted().join(","),
  ].join(";");
  let good = 0;
  for (const sig of info.sigs) {
    const at = sig.indexOf(":");
    const key = at < 1 ? undefined : trusted.get(sig.slice(0, at));
    if (key === undefined) continue;
    const bytes = base64(sig.slice(at + 1));
    if (bytes.length !== 64) throw new Error("signature is not valid");
    const jwk = { kty: "OKP", crv: "Ed25519", x: key.toString("base64url") };
    if (verify(null, Buffer.from(text, "latin1"), createPublicKey({ key: jwk, format: "jwk" }), bytes)) good++;
  }
  return good;
}

function madePath(info: Info, { method, hash }: Ca, storeDir: string): string {
  const name = info.path.slice(storeDir.length + 1 + 33);
  const others = [...info.references].filter(reference => reference !== info.path).toSorted();
  const isSelf = info.references.has(info.path);
  const make = (type: string, content: string) => {
    const digest = createHash("sha256").update([type, content, storeDir, name].join(":")).digest();
    const folded = Buffer.alloc(20);
    for (const [index, byte] of digest.entries()) folded[index % 20] = (folded[index % 20] ?? 0) ^ byte;
    return `${storeDir}/${base32(folded)}-${name}`;
  };
  const content = `${hash.algorithm}:${hash.hex}`;
  if (method === "text") {
    if (isSelf) throw new Error("assertion failed");
    return make(["text", ...others].join(":"), content);
  }
  if (method === "recursive" && hash.algorithm === "sha256")
    return make(["source", ...others, ...(isSelf ? ["self"] : [])].join(":"), content);
  if (info.references.size > 0) throw new Error("is not allowed to refer to other store paths");
  const payload = `fixed:out:${method === "recursive" ? "r:" : ""}${content}:`;
  return make("output:out", `sha256:${createHash("sha256").update(payload).digest("hex")}`);
}
