import { mkdir } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { Log } from "../../logging/log.ts";
import type { BuilderCheck, BuilderId } from "../../protocol.ts";
import { time } from "../../schemas/common.ts";
import { builderCheck, problem } from "../../schemas/protocol.ts";
import { inspectWhole, writeWhole } from "../../storage/wholeFile.ts";
import { mergeProofs, type Proof } from "./proofs.ts";

/** The last check of a builder. */
export interface CheckResult {
  readonly builder: BuilderId;
  readonly check: BuilderCheck;
}

/** The most builders whose last check is kept. */
const maxChecks = 500;

/** The file in the storage folder. */
export const resultsFile = "builders.json";

const outcome = v.variant("kind", [
  v.object({ kind: v.literal("built"), mode: v.optional(v.picklist(["native", "compatible", "emulated"])) }),
  v.object({ kind: v.literal("refused"), problem }),
]);

const schema = v.object({
  proofs: v.array(
    v.object({
      builder: v.string(),
      system: v.string(),
      feature: v.optional(v.string()),
      at: time,
      by: v.picklist(["check", "build"]),
      outcome,
    }),
  ),
  checks: v.array(v.object({ builder: v.string(), check: builderCheck })),
});

interface Content {
  readonly proofs: readonly Proof[];
  readonly checks: readonly CheckResult[];
}

/**
 * What is known of builders from checks and builds: `<storage>/builders.json`, which all windows share. Each writer reads it first
 * and adds its own results, of which the newest counts, so that what two windows write at the same moment is complete after the next
 * write of either. Nothing in it is needed: a file that cannot be read counts as empty, and is replaced.
 */
export class BuilderResults {
  readonly #folder: string;
  readonly #log: Log;
  #content: Content = { proofs: [], checks: [] };
  #writing: Promise<void> = Promise.resolve();

  /** @param folder the storage folder. */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  get proofs(): readonly Proof[] {
    return this.#content.proofs;
  }

  checkOf(builder: BuilderId): BuilderCheck | undefined {
    return this.#content.checks.find(each => each.builder === builder)?.check;
  }

  /** Reads what other windows have added. Never rejects. */
  async load(): Promise<void> {
    const found = await inspectWhole(this.#folder, resultsFile, schema);
    if (found.kind === "value") this.#content = merge(this.#content, found.value);
    else if (found.kind !== "absent") this.#log.warning(`Cannot read ${resultsFile}: ${found.why}`);
  }

  /** Adds results, which count immediately, and writes them. Never rejects: on a full disk they are lost with this process. */
  add(results: Partial<Content>): Promise<void> {
    this.#content = merge(this.#content, { proofs: results.proofs ?? [], checks: results.checks ?? [] });
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    try {
      await this.load();
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeWhole(path.join(this.#folder, resultsFile), this.#content);
    } catch (error) {
      this.#log.warning(`Cannot write ${resultsFile}`, error);
    }
  }
}

function merge(a: Content, b: Content): Content {
  const checks = new Map<BuilderId, CheckResult>();
  for (const each of [...a.checks, ...b.checks]) {
    const known = checks.get(each.builder);
    if (known === undefined || known.check.at < each.check.at) checks.set(each.builder, each);
  }
  const newest = [...checks.values()].toSorted((x, y) => Date.parse(y.check.at) - Date.parse(x.check.at));
  return { proofs: mergeProofs(a.proofs, b.proofs), checks: newest.slice(0, maxChecks) };
}
