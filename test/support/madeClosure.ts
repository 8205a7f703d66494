import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { toNixBase32 } from "../../server/src/common/nixBase32.ts";
import type { PathInfo } from "../../server/src/signing/pathInfo.ts";
import type { Lab } from "./lab.ts";
import { mustRun } from "./run.ts";
import { narinfo, type Signer, signedBy } from "./signer.ts";

/** Each path of a made closure refers to at most this many. */
const fanOut = 8;

/**
 * A closure of small paths that no derivation built, in a laboratory's store: it takes seconds, where building as many takes hours.
 * The first is the root. They have no signature there.
 */
export async function makeClosure(lab: Lab, count: number): Promise<readonly PathInfo[]> {
  const names = Array.from({ length: count }, (_, index) => {
    const hash = createHash("sha256").update(`${count} ${index}`).digest("hex").slice(0, 32).replaceAll("e", "z");
    return `${lab.storeDir}/${hash}-made-${index}`;
  });
  const infos = names.map((name, index): PathInfo => {
    const nar = archiveOf(`${index}\n`);
    return {
      path: name,
      narHash: `sha256:${toNixBase32(createHash("sha256").update(nar).digest())}`,
      narSize: nar.length,
      references: names.slice(index * fanOut + 1, index * fanOut + 1 + fanOut).toSorted(),
      signatures: [],
      ultimate: false,
    };
  });
  const file = path.join(lab.dir, "tmp", `closure-${count}`);
  // Those that are referred to come first.
  const parts = infos.map((info, index) => exportOf(info, archiveOf(`${index}\n`))).toReversed();
  fs.writeFileSync(file, Buffer.concat([...parts, integer(0)]));
  await mustRun("sh", ["-c", 'nix-store --import < "$1" > "$1.out"', "sh", file], { env: lab.env, cwd: lab.dir });
  fs.rmSync(file);
  return infos;
}

/** Writes the narinfos of a closure, signed, and empty archives into the folder of a binary cache. */
export function serveClosure(folder: string, infos: readonly PathInfo[], signer: Signer): void {
  fs.mkdirSync(path.join(folder, "nar"), { recursive: true });
  for (const info of infos) {
    const hash = path.basename(info.path).slice(0, 32);
    const archive = `nar/${toNixBase32(createHash("sha256").update(hash).digest())}.nar.xz`;
    fs.writeFileSync(path.join(folder, archive), "");
    fs.writeFileSync(
      path.join(folder, `${hash}.narinfo`),
      narinfo(signedBy(info, signer)).replace(/^URL: .*$/m, `URL: ${archive}`),
    );
  }
}

/** Nix's archive (NAR) of a regular file. */
function archiveOf(content: string): Buffer {
  return Buffer.concat(["nix-archive-1", "(", "type", "regular", "contents", content, ")"].map(text));
}

/** A path as in `nix-store --export`. */
function exportOf({ path: name, references }: PathInfo, nar: Buffer): Buffer {
  return Buffer.concat([
    integer(1),
    nar,
    integer(0x4558494e),
    text(name),
    integer(references.length),
    ...references.map(text),
    text(""),
    integer(0),
  ]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([integer(content.length), content, Buffer.alloc((8 - (content.length % 8)) % 8)]);
}
