import { makePackage } from "../../scripts/package.mjs";

// Called once before the files of this folder (`--test-global-setup`): they install the same package, side by side. Whoever runs a
// file alone packages before: `npm run package`.

export async function globalSetup(): Promise<void> {
  await makePackage();
}
