// What a script needs that runs the built extension without its test suites.
import { SetupError, setup } from "./setup.mjs";

/** Sets up what is missing and builds; ends the process with a message when something is missing that only a person can bring. */
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
