import assert from "node:assert/strict";
import { test } from "node:test";
import { readNetwork } from "../../../server/src/network/network.ts";
import { inMorphsOrder } from "../../../server/src/network/order.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const machines = `
  web = { deployment.tags = [ "front" ]; };
  db = { deployment.tags = [ "data" "front" ]; };
  alone = { };
  cache = { deployment.tags = [ "data" ]; };
`;

/** The text of `network` -> the order. */
const orders: Record<string, string[]> = {
  "": ["alone", "cache", "db", "web"],
  'network.ordering.tags = [ "data" "front" ];': ["cache", "db", "web", "alone"],
  'network.ordering = { tags = [ "front" ]; };': ["db", "web", "alone", "cache"],
  "network.ordering.tags = import ./tags.nix;": ["alone", "cache", "db", "web"],
};

for (const [text, order] of Object.entries(orders))
  test(`machines are built in Morph's order: ${text || "by name"}`, () => {
    const network = readNetwork(nixDocument(`{ ${text} ${machines} }`));
    assert.deepEqual(inMorphsOrder(network, ["web", "db", "alone", "cache"]), order);
  });
