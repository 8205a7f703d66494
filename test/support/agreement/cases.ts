import type { Signer } from "../signer.ts";
import type { Answer } from "./server.ts";

/** What a case changes in a cache that serves a signed path. */
export interface AgreementCase {
  readonly name: string;
  /** The path that is asked for. Default: `plain`, which refers to itself and to another one. */
  readonly of?: "plain" | "recursive" | "text" | "flat";
  /** The narinfo that is served. */
  readonly narinfo?: (narinfo: Served) => Answer;
  readonly cacheInfo?: Answer;
  /** The cache does not have the path's archive. */
  readonly isArchiveMissing?: true;
  /** The cache wants the login of `login`, which is in its URL, in the netrc file, or nowhere. */
  readonly login?: "URL" | "netrc" | "none";
  /** `trusted-public-keys`. Default: that of `trusted`. */
  readonly keys?: (signers: Signers) => readonly string[];
}

export interface Signers {
  readonly trusted: Signer;
  readonly other: Signer;
  /** Has the trusted one's name. */
  readonly impostor: Signer;
}

/** What caches with a login want. */
export const login = { user: "me", password: "s3cret" } as const;

/** A narinfo as Nix wrote it, with the trusted signature. */
export interface Served {
  readonly text: string;
  readonly unsigned: string;
  readonly signers: Signers;
  /** What is signed. */
  readonly fingerprint: string;
  /** The same server by another name. */
  readonly elsewhere: string;
  /** Another path's narinfo, which is signed. */
  readonly another: string;
  /** Replaces a field's value. */
  as(field: string, value: string): string;
  /** Removes a field. */
  without(field: string): string;
  value(field: string): string;
  /** Adds lines. */
  plus(...lines: readonly string[]): string;
}

const [megabyte, enough] = [1024 * 1024, 3 * 1024 * 1024];

/** Fields that Nix ignores. */
function filler(bytes: number): string {
  return "Future: 0123456789abcdef0123456789abcdef0123456789abcdef\n".repeat(Math.ceil(bytes / 57));
}

const signatureOf = ({ value }: Served) => value("Sig").split(":")[1] ?? "";
const keyOf = (key: string) => key.split(":")[1] ?? "";
const otherHash = "sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s";
const status = (code: number): Answer => ({ kind: "status", code });
const redirect = (location: string): Answer => ({ kind: "redirect", location });

/** Everything that a cache, a narinfo, a signature or a key can have wrong, and what looks wrong but is not. */
export const cases: readonly AgreementCase[] = [
  { name: "valid" },
  { name: "unsigned", narinfo: ({ unsigned }) => unsigned },
  { name: "other key only", narinfo: signedBy("other") },
  { name: "both keys", narinfo: ({ plus, signers, fingerprint }) => plus(`Sig: ${signers.other.sign(fingerprint)}`) },
  { name: "impostor only", narinfo: signedBy("impostor") },
  {
    name: "impostor and trusted",
    narinfo: ({ plus, signers, fingerprint }) => plus(`Sig: ${signers.impostor.sign(fingerprint)}`),
  },
  { name: "hash tampered", narinfo: ({ as }) => as("NarHash", otherHash) },
  { name: "size tampered", narinfo: ({ as, value }) => as("NarSize", `1${value("NarSize")}`) },
  {
    name: "signature tampered",
    narinfo: ({ text }) => text.replace(/(Sig: \S+:)(.)/, (_, a, b) => a + (b === "A" ? "B" : "A")),
  },
  {
    name: "references: one dropped",
    narinfo: ({ as, value }) => as("References", value("References").replace(/ .*/, "")),
  },
  {
    name: "references: one added",
    narinfo: ({ text }) => text.replace(/^References: /m, `References: ${"0".repeat(32)}-x `),
  },
  {
    name: "references reversed",
    narinfo: ({ as, value }) => as("References", value("References").split(" ").toReversed().join(" ")),
  },
  {
    name: "references doubled",
    narinfo: ({ as, value }) => as("References", `${value("References")} ${value("References")}`),
  },
  {
    name: "references with more spaces",
    narinfo: ({ text }) => text.replace(/^References: (\S+) /m, "References:  $1   "),
  },
  { name: "references: one invalid", narinfo: ({ text }) => text.replace(/^References: /m, "References: ../x ") },
  { name: "narinfo of another path", narinfo: ({ another }) => another },
  { name: "StorePath other name", narinfo: ({ as, value }) => as("StorePath", `${value("StorePath")}-2`) },
  {
    name: "StorePath not normalized",
    narinfo: ({ as, value }) => as("StorePath", value("StorePath").replace(/([^/]*)$/, "./$1/")),
  },
  {
    name: "StorePath of another store",
    narinfo: ({ as, value }) => as("StorePath", value("StorePath").replace(/.*\//, "/gnu/store/")),
  },
  { name: "StorePath relative", narinfo: ({ as, value }) => as("StorePath", value("StorePath").slice(1)) },
  {
    name: "CA claimed falsely, unsigned",
    narinfo: ({ unsigned, value }) => `${unsigned}CA: fixed:r:${value("NarHash")}\n`,
  },
  { name: "CA claimed falsely, signed", narinfo: ({ plus, value }) => plus(`CA: fixed:r:${value("NarHash")}`) },
  { name: "CA claimed falsely as text, signed", narinfo: ({ plus, value }) => plus(`CA: text:${value("NarHash")}`) },
  { name: "CA of another hash, signed", narinfo: ({ plus }) => plus(`CA: fixed:r:${otherHash}`) },
  { name: "CA malformed, signed", narinfo: ({ plus }) => plus("CA: fixed:r:sha256:x") },
  { name: "CA empty, signed", narinfo: ({ plus }) => plus("CA: ") },
  ...(["recursive", "text", "flat"] as const).flatMap((of): readonly AgreementCase[] => [
    { name: `content-addressed (${of}), signed`, of },
    { name: `content-addressed (${of}), unsigned`, of, narinfo: ({ unsigned }) => unsigned },
    { name: `content-addressed (${of}), other key`, of, narinfo: signedBy("other") },
    { name: `content-addressed (${of}), hash tampered`, of, narinfo: ({ as }) => as("NarHash", otherHash) },
    {
      name: `content-addressed (${of}), size tampered`,
      of,
      narinfo: ({ as, value }) => as("NarSize", `1${value("NarSize")}`),
    },
    { name: `content-addressed (${of}), without CA, signed`, of, narinfo: ({ without }) => without("CA") },
    {
      name: `content-addressed (${of}), without CA, unsigned`,
      of,
      narinfo: ({ unsigned }) => unsigned.replace(/^CA:.*\n/m, ""),
    },
  ]),
  {
    name: "content-addressed, malformed signature",
    of: "recursive",
    narinfo: ({ as, signers }) => as("Sig", `${signers.trusted.name}:a-b`),
  },
  { name: "slow (1 s)", narinfo: ({ text }) => ({ kind: "slow", ms: 1000, text }) },
  { name: "404", narinfo: () => status(404) },
  { name: "403", narinfo: () => status(403) },
  { name: "401", narinfo: () => status(401) },
  { name: "500", narinfo: () => status(500) },
  { name: "redirect to another host", narinfo: ({ elsewhere }) => redirect(`${elsewhere}/valid/narinfo`) },
  { name: "redirect loop", narinfo: () => redirect("?again") },
  { name: "redirect to file://", narinfo: () => redirect("file:///etc/hostname") },
  { name: "huge: 3 MB of unknown fields after Sig", narinfo: ({ text }) => text + filler(enough) },
  { name: "huge: 3 MB of unknown fields before", narinfo: ({ text }) => filler(enough) + text },
  {
    name: "huge: second wrong NarHash after 1 MiB",
    narinfo: ({ text }) => `${text}${filler(megabyte)}NarHash: ${otherHash}\n`,
  },
  { name: "gzip with header", narinfo: ({ text }) => ({ kind: "gzip", text, isSaid: true }) },
  { name: "gzip without header", narinfo: ({ text }) => ({ kind: "gzip", text, isSaid: false }) },
  { name: "NarHash twice: right, then wrong", narinfo: ({ plus }) => plus(`NarHash: ${otherHash}`) },
  { name: "NarHash twice: wrong, then right", narinfo: ({ text }) => `NarHash: ${otherHash}\n${text}` },
  { name: "NarSize twice: right, then wrong", narinfo: ({ plus }) => plus("NarSize: 1") },
  { name: "NarSize twice: wrong, then right", narinfo: ({ text }) => `NarSize: 1\n${text}` },
  { name: "NarSize with a plus", narinfo: ({ as, value }) => as("NarSize", `+${value("NarSize")}`) },
  { name: "NarSize with zeros", narinfo: ({ as, value }) => as("NarSize", `000${value("NarSize")}`) },
  { name: "NarSize with a space", narinfo: ({ as, value }) => as("NarSize", `${value("NarSize")} `) },
  { name: "NarSize of 65 bits", narinfo: ({ as }) => as("NarSize", "18446744073709551616") },
  { name: "NarSize missing", narinfo: ({ without }) => without("NarSize") },
  {
    name: "StorePath twice: right, then other",
    narinfo: ({ plus, value }) => plus(`StorePath: ${value("StorePath")}-2`),
  },
  {
    name: "StorePath twice: other, then right",
    narinfo: ({ text, value }) => `StorePath: ${value("StorePath")}-2\n${text}`,
  },
  { name: "References twice", narinfo: ({ plus, value }) => plus(`References: ${value("References")}`) },
  { name: "References twice: none first", narinfo: ({ text }) => `References: \n${text}` },
  { name: "References missing", narinfo: ({ without }) => without("References") },
  { name: "References without a space", narinfo: ({ text }) => text.replace("References: ", "References:") },
  { name: "CRLF", narinfo: ({ text }) => text.replaceAll("\n", "\r\n") },
  { name: "no final newline", narinfo: ({ text }) => text.trimEnd() },
  { name: "blank line at the end", narinfo: ({ text }) => `${text}\n` },
  { name: "blank line in the middle", narinfo: ({ text }) => text.replace("NarSize", "\nNarSize") },
  { name: "byte order mark", narinfo: ({ text }) => `\ufeff${text}` },
  { name: "byte order mark before an unknown field", narinfo: ({ text }) => `\ufeffFuture: 1\n${text}` },
  { name: "NUL in an unknown field", narinfo: ({ plus }) => plus("Future: \0") },
  { name: "no URL", narinfo: ({ without }) => without("URL") },
  { name: "URL empty", narinfo: ({ as }) => as("URL", "") },
  { name: "line without colon", narinfo: ({ plus }) => plus("nonsense") },
  { name: "line without colon before an unknown field", narinfo: ({ plus }) => plus("nonsense", "Future: 1") },
  { name: "line without colon before NarSize", narinfo: ({ text }) => text.replace("NarSize", "nonsense\nNarSize") },
  { name: "field without a name", narinfo: ({ plus }) => plus(": x") },
  { name: "field in small letters", narinfo: ({ plus }) => plus("narhash: x", "sig: x") },
  { name: "no space after colon of NarSize", narinfo: ({ text }) => text.replace("NarSize: ", "NarSize:") },
  { name: "no space after colon of Sig", narinfo: ({ text }) => text.replace("Sig: ", "Sig:") },
  { name: "tab after colon of NarSize", narinfo: ({ text }) => text.replace("NarSize: ", "NarSize:\t") },
  {
    name: "no value and no space swallow the next line",
    narinfo: ({ text }) => text.replace("NarSize: ", "System:\nNarSize: "),
  },
  { name: "Deriver invalid", narinfo: ({ as }) => as("Deriver", "../../x") },
  { name: "Deriver empty", narinfo: ({ as }) => as("Deriver", "") },
  { name: "Deriver unknown", narinfo: ({ as }) => as("Deriver", "unknown-deriver") },
  { name: "Deriver with a dot first", narinfo: ({ as }) => as("Deriver", `${"0".repeat(32)}-.x.drv`) },
  { name: "Deriver without a dash", narinfo: ({ as }) => as("Deriver", `${"0".repeat(32)}_x.drv`) },
  { name: "FileHash invalid", narinfo: ({ as }) => as("FileHash", "sha256:x") },
  { name: "FileHash by md5", narinfo: ({ as }) => as("FileHash", `md5:${"0".repeat(32)}`) },
  { name: "FileHash by an unknown algorithm", narinfo: ({ as }) => as("FileHash", `sha3:${"0".repeat(64)}`) },
  { name: "FileSize invalid", narinfo: ({ as }) => as("FileSize", "x") },
  { name: "FileSize negative", narinfo: ({ as }) => as("FileSize", "-1") },
  { name: "Compression unknown", narinfo: ({ as }) => as("Compression", "rot13") },
  { name: "NarHash as base16", narinfo: ({ as, value }) => as("NarHash", `sha256:${hexOf(value("NarHash"))}`) },
  {
    name: "NarHash as base16 in capitals",
    narinfo: ({ as, value }) => as("NarHash", `sha256:${hexOf(value("NarHash")).toUpperCase()}`),
  },
  { name: "NarHash as base64", narinfo: ({ as, value }) => as("NarHash", `sha256:${base64Of(value("NarHash"))}`) },
  { name: "NarHash as SRI", narinfo: ({ as, value }) => as("NarHash", `sha256-${base64Of(value("NarHash"))}`) },
  {
    name: "NarHash as SRI without padding",
    narinfo: ({ as, value }) => as("NarHash", `sha256-${base64Of(value("NarHash")).replace("=", "")}`),
  },
  {
    name: "NarHash as SRI with junk after it",
    narinfo: ({ as, value }) => as("NarHash", `sha256-${base64Of(value("NarHash"))}junk`),
  },
  { name: "NarHash without algorithm", narinfo: ({ as, value }) => as("NarHash", value("NarHash").slice(7)) },
  {
    name: "NarHash with a bit too many",
    narinfo: ({ as, value }) => as("NarHash", value("NarHash").replace(/^sha256:./, "sha256:2")),
  },
  { name: "NarHash by sha512", narinfo: ({ as }) => as("NarHash", `sha512:${"0".repeat(128)}`) },
  { name: "Sig with junk in base64", narinfo: served => served.as("Sig", served.value("Sig").replace(/:(.)/, ":$1*")) },
  {
    name: "Sig url-safe base64",
    narinfo: served => served.plus(`Sig: ${served.signers.trusted.name}:${signatureOf(served).replace(/^../, "-_")}`),
  },
  { name: "Sig without padding", narinfo: ({ as, value }) => as("Sig", value("Sig").replaceAll("=", "")) },
  { name: "Sig with junk after padding", narinfo: ({ as, value }) => as("Sig", `${value("Sig")}junk`) },
  { name: "Sig with a space after the colon", narinfo: ({ as, value }) => as("Sig", value("Sig").replace(":", ": ")) },
  { name: "Sig with a space before its name", narinfo: ({ as, value }) => as("Sig", ` ${value("Sig")}`) },
  { name: "Sig too short", narinfo: ({ as, value }) => as("Sig", value("Sig").slice(0, -8)) },
  { name: "Sig twice the same", narinfo: ({ plus, value }) => plus(`Sig: ${value("Sig")}`) },
  { name: "Sig with garbage first (no colon), then right", narinfo: ({ text }) => `Sig: garbage\n${text}` },
  { name: "Sig without a name first, then right", narinfo: ({ text }) => `Sig: :AAAA\n${text}` },
  { name: "Sig of an unknown name, malformed, then right", narinfo: ({ text }) => `Sig: unknown-1:a-b\n${text}` },
  { name: "Sig of an unknown name, empty, then right", narinfo: ({ text }) => `Sig: unknown-1:\n${text}` },
  {
    name: "Sig of right key name bad base64, then right",
    narinfo: ({ text, signers }) => `Sig: ${signers.trusted.name}:a-b\n${text}`,
  },
  {
    name: "Sig of right key name too short, then right",
    narinfo: ({ text, signers }) => `Sig: ${signers.trusted.name}:AAAA\n${text}`,
  },
  {
    name: "right, then Sig of right key name too short",
    narinfo: ({ plus, signers }) => plus(`Sig: ${signers.trusted.name}:zzzz`),
  },
  { name: "empty narinfo", narinfo: () => "" },
  { name: "HTML narinfo", narinfo: () => "<html><body>Sign in: <a href='http://portal'>here</a></body></html>\n" },
  {
    name: "two keys of one name: wrong, right",
    keys: ({ impostor, trusted }) => [impostor.publicKey, trusted.publicKey],
  },
  {
    name: "two keys of one name: right, wrong",
    keys: ({ impostor, trusted }) => [trusted.publicKey, impostor.publicKey],
  },
  {
    name: "key with junk in base64",
    keys: ({ trusted, other }) => [trusted.publicKey, other.publicKey.replace(/:(.)/, ":$1*")],
  },
  { name: "key too short", keys: ({ trusted }) => [trusted.publicKey, "short-1:AAAA"] },
  { name: "key without a name", keys: ({ trusted, other }) => [trusted.publicKey, `:${keyOf(other.publicKey)}`] },
  { name: "key without padding", keys: ({ trusted }) => [trusted.publicKey.replaceAll("=", "")] },
  { name: "key with junk after padding", keys: ({ trusted }) => [`${trusted.publicKey}junk`] },
  {
    name: "key of zeros",
    keys: ({ trusted }) => [trusted.publicKey, `weak-1:${"A".repeat(43)}=`],
    narinfo: ({ as }) => as("Sig", `weak-1:AQ${"A".repeat(84)}==`),
  },
  {
    name: "key with which anyone can sign",
    keys: ({ trusted }) => [trusted.publicKey, `weak-1:AQ${"A".repeat(41)}=`],
    narinfo: ({ as }) => as("Sig", `weak-1:AQ${"A".repeat(84)}==`),
  },
  { name: "no keys", keys: () => [] },
  { name: "cache-info 404", cacheInfo: status(404) },
  { name: "cache-info of another store (/nix/store)", cacheInfo: "StoreDir: /nix/store\n" },
  { name: "cache-info garbage", cacheInfo: "garbage\n" },
  { name: "cache-info empty", cacheInfo: "" },
  { name: "cache-info with two store directories", cacheInfo: "StoreDir: /nix/store\nStoreDir: /nix/store\n" },
  { name: "NAR missing", isArchiveMissing: true },
  { name: "NAR missing, content-addressed", of: "recursive", isArchiveMissing: true },
  { name: "login in the URL, needed", login: "URL" },
  { name: "login in netrc, needed", login: "netrc" },
  { name: "login needed, none given", login: "none" },
];

function signedBy(signer: keyof Signers) {
  return ({ unsigned, signers, fingerprint }: Served) => `${unsigned}Sig: ${signers[signer].sign(fingerprint)}\n`;
}

function bytesOf(hash: string): Buffer {
  let number = 0n;
  for (const digit of hash.slice(7))
    number = (number << 5n) | BigInt("0123456789abcdfghijklmnpqrsvwxyz".indexOf(digit));
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
}

function hexOf(hash: string): string {
  return bytesOf(hash).toString("hex");
}

function base64Of(hash: string): string {
  return bytesOf(hash).toString("base64");
}
