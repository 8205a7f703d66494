import { makePackage } from "../../scripts/package.mjs";
import { installOnce } from "../support/installedPackage.ts";

// Called once before the files of this folder (`--test-global-setup`): they install the same package, in parallel. To run a
// file alone, build the package first: `npm run package`.

export async function globalSetup(): Promise<void> {
  await makePackage();
  await installOnce();
}
