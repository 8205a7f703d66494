import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { isHost } from "../../common/entered/hosts.ts";
import type { Problem } from "../../protocol.ts";
import { cacheKind, hostOf } from "./cacheKind.ts";
import { copySnippet, pushPaths, signPaths } from "./fixes.ts";
import type { OfferGroup } from "./offers.ts";

/** In a cache, but not signed. What to do depends on who signs there. */
export function unsigned(id: string, { cache }: OfferGroup): Problem {
  const { url } = cache;
  switch (cacheKind(cache)) {
    case "live": {
      const message = l10n.t(
        "No key is set for {0}: it serves a live store, as nix-serve does, and signs only with 'services.nix-serve.secretKeyFile'. Signing single paths does not help. With the key, it signs everything.",
        url,
      );
      return problem(message, [...serverOptions(hostOf(url)), pushPaths(id, url)]);
    }
    case "writable": {
      const message = l10n.t(
        "Copied to {0} without a key. Sign the paths there, and have later copies signed with '?secret-key=FILE' at the address.",
        url,
      );
      return problem(message, [signPaths(id, url), pushPaths(id, url)]);
    }
    case "store": {
      const message = l10n.t(
        "Built on {0} without a key. Sign the paths there, and set 'secret-key-files' in its nix.conf, so that it signs what it builds.",
        url,
      );
      return problem(message, [signPaths(id, url)]);
    }
    case "web": {
      const message = l10n.t(
        "Served by {0} without a signature. Sign the paths where the files are that it serves. If it runs nix-serve or the like, set its 'secretKeyFile' instead.",
        url,
      );
      return problem(message, [signPaths(id, url), pushPaths(id, url), ...serverOptions(hostOf(url))]);
    }
  }
}

function problem(message: string, fixes: readonly Command[]): Problem {
  return { code: "not-signed", severity: "warning", message, fixes };
}

/** How nix-serve gets a key, and nginx in front of it. @param address the host of the cache, of which the key's name is made. */
function serverOptions(address = ""): Command[] {
  // It becomes a part of a command.
  const host = isHost(address) ? address : "cache";
  const folder = "/var/lib/nix-cache";
  return [
    copySnippet(
      l10n.t("Copy Option: secretKeyFile"),
      `services.nix-serve.secretKeyFile = "${folder}/secret-key";`,
      l10n.t(
        "Paste it into the NixOS configuration of {0}. Create the key there first: nix-serve does not start without it.",
        host,
      ),
    ),
    copySnippet(
      l10n.t("Copy Command: Create the Key"),
      `(umask 077 && mkdir -p ${folder} && nix-store --generate-binary-cache-key ${host}-1 ${folder}/secret-key ${folder}/public-key)`,
      l10n.t(
        "Run it as root on {0}. Machines trust the key in {1}; the secret one never leaves it.",
        host,
        `${folder}/public-key`,
      ),
    ),
    copySnippet(
      l10n.t("Copy Option: nginx in Front"),
      `services.nginx.virtualHosts."${host}".locations."/".proxyPass = "http://127.0.0.1:5000";`,
      l10n.t(
        "nix-serve does not speak TLS, and answers slowly: bind it to 127.0.0.1 and put nginx in front. Paste it into the NixOS configuration of {0}.",
        host,
      ),
    ),
  ];
}
