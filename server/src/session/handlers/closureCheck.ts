import type { EvaluationContext } from "../../evaluation/context.ts";
import { readNixConfig } from "../../nix/config.ts";
import type { NixOptions } from "../../nix/nixOptions.ts";
import type { Outcome } from "../../outcome.ts";
import type { SignatureReport } from "../../protocol.ts";
import type { Trust } from "../../signing/check/access.ts";
import { type CheckOptions, checkClosure } from "../../signing/check/check.ts";

type Settings = Pick<EvaluationContext, "toolchain" | "settings">;

/**
 * Checks the signatures of a closure with the caches and keys that Nix, a network and our settings name now: a key that was removed a
 * moment ago is not trusted.
 *
 * @param nixConfig the network's own options of Nix.
 */
export async function checkClosureNow(
  context: Settings,
  storePath: string,
  nixConfig: NixOptions | undefined,
  options: CheckOptions,
): Promise<Outcome<SignatureReport>> {
  return checkClosure(context.toolchain.nix, storePath, await currentTrust(context, nixConfig), options);
}

/** If Nix cannot merge a network's options, its own settings count: a build then reports why. */
async function currentTrust({ toolchain, settings }: Settings, nixConfig: NixOptions = {}): Promise<Trust> {
  const merged = await readNixConfig(toolchain.nix, nixConfig);
  const own = "problem" in merged && Object.keys(nixConfig).length > 0 ? await readNixConfig(toolchain.nix) : merged;
  const config = "value" in own ? own.value : toolchain.config;
  if (config === undefined) return { substituters: settings().caches, trustedPublicKeys: [] };
  return { ...config, substituters: [...config.substituters, ...settings().caches] };
}
