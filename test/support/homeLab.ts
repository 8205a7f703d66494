import { startBuilder } from "./builder.ts";
import { type Cache, startCache } from "./cache.ts";
import { machineArgs } from "./expressions.ts";
import { type Lab, startLab } from "./lab.ts";
import { mustRun } from "./run.ts";
import { copyNetwork, type Workspace } from "./workspace.ts";

/** The home network of the story, ready to be opened: emulation here, a signed cache, perhaps a builder in the attic. */
export interface HomeLab {
  readonly lab: Lab;
  readonly home: Workspace;
  readonly cache: Cache;
}

export interface HomeOptions {
  /** Machines whose closures are in the cache, signed by a trusted key. */
  readonly pushed: readonly string[];
  /** Whether there is a remote builder, `attic`, for x86_64 over ssh; eiffel is emulated here. */
  readonly attic?: boolean;
}

/**
 * Prepares the sample network. What was pushed is gone from the store again, so that a build has something to do, and Nix does
 * not substitute, for the same reason.
 */
export async function startHomeLab({ pushed, attic = false }: HomeOptions): Promise<HomeLab> {
  const extraPlatforms = ["aarch64-linux", "armv7l-linux"];
  const lab = await startLab({ extraPlatforms });
  const home = copyNetwork(lab, "home");
  const cache = await startCache(lab, { name: "cache.home-1" });
  for (const machine of pushed) await pushMachine(lab, home, cache, machine);
  await mustRun("nix-collect-garbage", [], { env: lab.env, cwd: lab.dir });
  const builders = attic ? [(await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] })).machinesLine] : [];
  lab.setConf({
    extraPlatforms,
    substituters: [cache.url],
    trustedPublicKeys: [cache.publicKey],
    builders,
    lines: ["substitute = false"],
  });
  return { lab, home, cache };
}

async function pushMachine(lab: Lab, home: Workspace, cache: Cache, machine: string): Promise<void> {
  const args = [...machineArgs(home.file, machine), "--no-out-link"];
  const outPath = await mustRun("nix-build", args, { env: lab.env, cwd: home.folder });
  await cache.push([outPath]);
}
