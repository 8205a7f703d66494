import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { toNixBase32 } from "../../server/src/common/nixBase32.ts";
import { nixRules } from "../../server/src/signing/formats/rules.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { readNarinfo } from "../../server/src/signing/narinfo.ts";
import type { PathInfo } from "../../server/src/signing/pathInfo.ts";
import { signatureReport } from "../../server/src/signing/report.ts";
import { contentAddressed, narinfo, newSigner, pathInfo, signedBy } from "../support/signer.ts";
import { storePath } from "../support/streams.ts";
import { strictVerdict } from "../support/strictNarinfo.ts";
import type { Attack } from "./attack.ts";
import { mutateNarinfo } from "./mutateNarinfo.ts";

/** Versions of Nix whose rules differ: 2.x. */
const minors = [8, 20, 26, 34, 36] as const;

/** Mutated narinfos, each also as another version of Nix reads it: ours must trust exactly those that Nix would take. */
export const narinfos: Attack = {
  name: "narinfos",
  trials: 200_000,
  run: async ({ trials, random, faults }) => {
    const trusted = [newSigner("cache-1"), newSigner("cache-2")] as const;
    const [stranger, impostor] = [newSigner("stranger-1"), newSigner("cache-1")];
    const keys = [...trusted, impostor].map(({ publicKey }) => publicKey);
    const read = readTrustedKeys(keys);
    const many = info("many", { references: Array.from({ length: 12 }, (_, index) => storePath(`p${index}`)) });
    const self = info("self", { references: [storePath("self"), storePath("glibc")] });
    const infos: readonly [PathInfo, ...PathInfo[]] = [
      signedBy(many, trusted[0]),
      signedBy(self, ...trusted),
      signedBy(info("strange"), stranger, trusted[1]),
      signedBy(info("foreign"), stranger),
      signedBy(info("false"), impostor),
      info("unsigned"),
      contentAddressed("addressed", [], hashOf("addressed")),
      contentAddressed("refers", [storePath("glibc")], hashOf("refers")),
      signedBy(contentAddressed("both", [], hashOf("both")), trusted[0]),
      info("claims", { ca: `fixed:r:${hashOf("claims")}` }),
    ];
    const texts = infos.map(each => `${narinfo(each)}${extra}`);
    const lines = texts.join("").split("\n") as [string, ...string[]];
    for (let trial = 0; trial < trials; trial++) {
      const own = random.fork(trial);
      const index = own.below(infos.length);
      const asked = infos[index] ?? infos[0];
      const text = mutateNarinfo(texts[index] ?? "", lines, own);
      const minor = own.pick(minors);
      try {
        const strict = strictVerdict(Buffer.from(text, "latin1"), {
          asked: asked.path,
          storeDir: "/nix/store",
          keys,
          archive: asked,
          minor,
        });
        const reading = readNarinfo(text, asked.path, "/nix/store", nixRules(`2.${minor}.0`));
        const { paths } = signatureReport(
          [{ ...asked, ca: undefined, signatures: [] }],
          [answers(asked.path, reading)],
          read,
          "",
        );
        const status = paths[0]?.offers?.[0]?.status;
        const isTrusted = status === "trusted" || status === "contentAddressed";
        const isSame = paths[0]?.status === status;
        if ((isTrusted && isSame) !== (strict === true))
          faults.add(
            "wrong",
            `trial ${trial}: we say ${paths[0]?.status}, Nix 2.${minor} ${strict}: ${JSON.stringify(text)}`,
          );
      } catch (error) {
        faults.add("crashes", `trial ${trial}: ${error}: ${JSON.stringify(text)}`);
      }
      if (trial % 1000 === 0) await setImmediate();
    }
  },
};

/** A path with content of its own. */
function info(name: string, fields: Partial<PathInfo> = {}): PathInfo {
  return pathInfo(name, { narHash: hashOf(name), ...fields });
}

function hashOf(content: string): string {
  return `sha256:${toNixBase32(createHash("sha256").update(content).digest())}`;
}

/** Fields that are not signed. */
const extra = [
  "FileHash: sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
  "FileSize: 540",
  `Deriver: ${storePath("x.drv").slice("/nix/store/".length)}`,
  "",
].join("\n");

function answers(path: string, reading: ReturnType<typeof readNarinfo>) {
  return {
    state: { url: "http://cache", reachable: true },
    infos: new Map("info" in reading ? [[path, reading.info]] : []),
    refused: new Map("refused" in reading ? [[path, reading.refused]] : []),
    failed: new Map<string, string>(),
    narMissing: new Set<string>(),
  };
}
