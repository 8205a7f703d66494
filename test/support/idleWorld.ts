import assert from "node:assert/strict";
import type { BuildPorts } from "../../server/src/builds/start/ports.ts";
import { defaultSettings } from "../../server/src/settings/settings.ts";
import { signatureReport } from "./records.ts";

/** Ports that evaluate and start nothing, for builds whose records are complete. */
export function idleWorld(fields: Partial<BuildPorts> = {}): BuildPorts {
  return {
    evaluate: () => assert.fail("evaluated"),
    evaluateMachines: () => assert.fail("evaluated"),
    deployment: async () => undefined,
    realisation: () => assert.fail("realised"),
    didProve: () => undefined,
    keepOutputs: async () => true,
    launch: () => assert.fail("launched"),
    checkSignatures: async () => ({ value: signatureReport() }),
    mayEvaluate: () => true,
    maxBuilds: () => 100,
    limits: () => defaultSettings.history,
    builders: () => [],
    buildersWith: async () => [],
    isDaemonConnecting: () => false,
    didPlan: () => undefined,
    environment: () => [],
    ...fields,
  };
}
