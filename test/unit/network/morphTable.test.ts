import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { URI } from "vscode-uri";
import { networkChecks } from "../../../server/src/features/checks/checks.ts";
import { networkDiagnostics } from "../../../server/src/features/checks/diagnostics.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import { runToEnd } from "../../../server/src/util/steps.ts";
import { memorySources } from "../../support/memorySources.ts";
import { judgedNetworks, refusals } from "../../support/morphTable.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// Our problems of networks, compared with recorded results of the real Morph: test/integration/morphTable.test.ts runs it
// again.

for (const [name, { files, file = "network.nix", refused, system, codes }] of Object.entries(judgedNetworks))
  test(`Morph ${refused === undefined ? "accepts" : "fails on"} ${name}, and so do we`, () => {
    const at = (each: string) => path.posix.join("/net", each);
    const sources = memorySources(Object.fromEntries(Object.entries(files).map(([each, text]) => [at(each), text])));
    const document = nixDocument(files[file] ?? "", URI.file(at(file)).toString());
    const network = readNetwork(document, sources);
    const diagnostics = [...networkDiagnostics(network), ...runToEnd(networkChecks(document, network, () => false))];
    assert.deepEqual(
      [...new Set(diagnostics.map(({ code }) => String(code)))].filter(code => refusals.has(code)),
      codes,
    );
    assert.equal(codes.length > 0, refused !== undefined);
    if (system !== undefined)
      assert.equal(network.machines.find(machine => machine.name === "a")?.system.value, system);
    if (codes.includes("network-is-function")) assert.equal(network.complete, false);
  });
