import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { Node } from "web-tree-sitter";
import { isCachePublicKey } from "../../common/entered/keys.ts";
import { cacheHost } from "../../options/knownCaches.ts";
import type { BuilderFix, Machine, Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { staticString } from "../../syntax/nodes.ts";
import { stringText } from "../../syntax/quoting.ts";
import { machineOfHost, type ThisHost } from "../builderFixes/host.ts";
import { machineSet } from "../builderFixes/machineSet.ts";
import { type Assignment, assign } from "../edits/assign.ts";

/** What the ways to trust a key depend on. */
export interface TrustFacts {
  readonly network: Network;
  /** The network's text; undefined if no editor has it open. */
  readonly document: NixDocument | undefined;
  /** The text that a path of the network leads to, if it is known. */
  readonly imported: (literal: string) => NixDocument | undefined;
  /** The machine that was built. */
  readonly machine: string;
  readonly host: ThisHost;
  /** `name:base64` */
  readonly publicKey: string;
  /** The address of the cache that signs with it. */
  readonly cache: string;
}

/** Where a key can be trusted: for this computer, which builds, first; then for those that are deployed. */
export function trustFixes(facts: TrustFacts): readonly BuilderFix[] {
  const { network, machine, host } = facts;
  const own = machineOfHost(network.machines, host);
  const built = network.machines.find(({ name }) => name === machine);
  const ofOwn = own === undefined ? [] : inMachine(own.name, facts, true);
  return [
    ...ofOwn,
    ...(ofOwn.length > 0 ? [] : [toCopy(own, facts)]),
    ...(built === undefined || built === own ? [] : inMachine(built.name, facts, false)),
    ...inDefaults(facts),
  ];
}

/** `nix.settings` in a machine of the network. */
function inMachine(name: string, facts: TrustFacts, isHost: boolean): BuilderFix[] {
  const edit = editFor(name, facts);
  if (edit === undefined) return [];
  return [
    {
      label: isHost ? l10n.t("Trust it on {0} (this machine)", name) : l10n.t("Trust it on {0}", name),
      detail: isHost
        ? l10n.t("Adds the key and the cache to nix.settings. Deploy {0} then.", name)
        : l10n.t(
            "Adds the key to nix.settings, and the cache if it can reach it, so that it can fetch from there itself.",
          ),
      action: { kind: "edit", edit },
    },
  ];
}

/** The same for every machine of the network, if it has a set of defaults. */
function inDefaults(facts: TrustFacts): BuilderFix[] {
  const edit = editFor("defaults", facts);
  if (edit === undefined) return [];
  return [
    {
      label: l10n.t("Trust it on all machines of {0}", fileName(facts.network)),
      detail: l10n.t("Adds the key and the cache to nix.settings in defaults."),
      action: { kind: "edit", edit },
    },
  ];
}

/** What is to be pasted into the configuration of this computer. */
function toCopy(own: Machine | undefined, { host, network, publicKey }: TrustFacts): BuilderFix {
  if (host.isNixOs || own !== undefined)
    return {
      label: l10n.t("Trust it on this machine: copy the option"),
      detail: l10n.t("For its NixOS configuration, which is not written in {0}.", fileName(network)),
      action: {
        kind: "copy",
        text: `nix.settings.trusted-public-keys = [ ${stringText(publicKey)} ];`,
        next: l10n.t("Paste it into the NixOS configuration of this machine, and switch to that."),
      },
    };
  return {
    label: l10n.t("Trust it on this machine: copy the line for nix.conf"),
    detail: l10n.t("For a machine without NixOS."),
    action: {
      kind: "copy",
      text: `extra-trusted-public-keys = ${publicKey}`,
      next: l10n.t(
        "Add the line to /etc/nix/nix.conf and restart Nix's daemon. Remove other keys of this name: Nix only uses the first. In ~/.config/nix/nix.conf it only counts if there is no daemon, or if it trusts you.",
      ),
    },
  };
}

/**
 * The edit of a machine's own definition; undefined if it cannot be extended, or nothing would change. A key of the same name is replaced:
 * of two, Nix only uses the first.
 */
function editFor(name: string, { document, imported, publicKey, cache }: TrustFacts) {
  const found = document && machineSet(document, name, imported);
  if (found === undefined) return undefined;
  const old = keysLike(publicKey, found.document, found.set);
  const element = (option: string, text: string): Assignment => {
    return { kind: "element", path: ["nix", "settings", option], lines: [stringText(text)] };
  };
  const substituter = isForOthers(cache) ? [element("substituters", cache)] : [];
  const key = old.length === 0 ? [element("trusted-public-keys", publicKey)] : [];
  const added = assign(found.document, found.set, [...substituter, ...key]);
  if (added === undefined) return undefined;
  const edits = [...added, ...old.map(range => ({ range, newText: stringText(publicKey) }))];
  return edits.length === 0 ? undefined : { changes: { [found.document.uri]: edits } };
}

/** Whether other machines can reach a cache at its address. */
function isForOthers(cache: string): boolean {
  const host = cacheHost(cache);
  return host !== undefined && host !== "localhost" && !host.startsWith("127.");
}

/** Where a set contains other keys of the name of a key, as strings of their own. */
function keysLike(publicKey: string, document: NixDocument, set: Node): Range[] {
  const name = publicKey.slice(0, publicKey.indexOf(":") + 1);
  return set
    .descendantsOfType("string_expression")
    .filter(node => {
      const text = staticString(node);
      return text?.startsWith(name) === true && text !== publicKey && isCachePublicKey(text);
    })
    .map(node => document.rangeOf(node));
}

function fileName({ uri }: Network): string {
  return path.posix.basename(URI.parse(uri).path);
}
