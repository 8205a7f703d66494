// The demo: a home network in VS Code with a real Nix. Started by `npm run demo`, which installs and builds everything first.
import path from "node:path";
import { parseArgs } from "node:util";
import { startHomeLab } from "../support/homeLab.ts";
import { startInstalled } from "../support/homeWindow.ts";
import { workbenchUrl } from "../support/vscodeHost.ts";
import { takePicture } from "./picture.ts";

const { values } = parseArgs({
  options: { screenshot: { type: "string" }, light: { type: "boolean" }, port: { type: "string" } },
});

const stops: (() => Promise<void>)[] = [];
try {
  say("Preparing the test lab: Nix store, binary cache, emulation, ssh builder...");
  const { lab, home } = await startHomeLab({ pushed: ["eiffel"], attic: true });
  stops.unshift(lab.stop);
  say("Starting VS Code...");
  const port = values.port === undefined ? {} : { port: Number(values.port) };
  const { host, stop } = await startInstalled({ env: lab.env, ...port });
  stops.unshift(stop);
  if (values.screenshot === undefined) {
    say(
      `\nOpen this address in a browser:\n\n  ${workbenchUrl(host, home)}\n\nThen click "Build eiffel". Press Ctrl+C to end the demo.`,
    );
    await interrupted();
  } else {
    const file = path.resolve(process.env.INIT_CWD ?? ".", values.screenshot);
    await takePicture(host, home, file, values.light === true ? "light" : "dark");
    say(`Saved the screenshot to ${file}`);
  }
} finally {
  for (const stop of stops) await stop();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function interrupted(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
