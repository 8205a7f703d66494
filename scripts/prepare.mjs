// Preparation for scripts that run the built extension without its test suites.
import { SetupError, setup } from "./setup.mjs";

/** Installs what is missing and builds; exits with a message if something is missing that only the user can install. */
export async function prepare() {
  try {
    await setup();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
  const { buildAll } = await import("./build.mjs");
  await buildAll();
}
