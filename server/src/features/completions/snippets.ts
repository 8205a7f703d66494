// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of a snippet

import * as l10n from "@vscode/l10n";
import { CompletionItemKind } from "vscode-languageserver-types";
import type { Network } from "../../protocol.ts";
import type { AttributePath } from "../../syntax/attributePath.ts";
import type { Word } from "./word.ts";

/** Systems to choose from. */
const systemChoice = "${3|x86_64-linux,aarch64-linux|}";

/** At the top of a network file: a machine, and the network's own attributes unless it has them. */
export function networkSnippets({ machines }: Network, hasNetwork: boolean): Word[] {
  // The system of `network.pkgs` is that of every machine.
  const isSystemOfPkgs = machines.some(({ system }) => system.origin === "network.pkgs" || system.overridden);
  return [
    snippet("machine", l10n.t("A machine: its host, system and modules"), machineLines(!isSystemOfPkgs)),
    ...(hasNetwork
      ? []
      : [
          snippet("network", l10n.t("The network's description and order of deployments"), [
            "network = {",
            '  description = "${1:description}";',
            '  ordering.tags = [ "${2:tag}" ];$0',
            "};",
          ]),
        ]),
  ];
}

/** In an empty file: a network with its first machine. */
export function emptyFileSnippets(): Word[] {
  const lines = machineLines(true).map(line => (line === "" ? line : `  ${line}`));
  return [
    snippet("network", l10n.t("A network with a machine"), [
      "{",
      '  network.description = "${4:description}";',
      "",
      ...lines,
      "}",
    ]),
  ];
}

function machineLines(hasSystem: boolean): string[] {
  return [
    "${1:name} = { config, lib, pkgs, ... }: {",
    '  deployment.targetHost = "${2:host.example.org}";',
    ...(hasSystem ? [`  nixpkgs.hostPlatform = "${systemChoice}";`] : []),
    "  imports = [ $0 ];",
    "};",
  ];
}

/** In a machine, in its `deployment`, and in its secrets and checks: a health check and a secret. @param path within the machine. */
export function machineSnippets(path: AttributePath): Word[] {
  const [first, second, ...rest] = path;
  if (path.length === 0) return [healthCheck("deployment.healthChecks."), secret("deployment.secrets.")];
  if (first !== "deployment" || rest.length > 0) return [];
  if (second === undefined) return path.length === 1 ? [healthCheck("healthChecks."), secret("secrets.")] : [];
  if (second === "secrets") return [secret("")];
  return second === "healthChecks" || second === "preDeployChecks" ? [healthCheck("")] : [];
}

function healthCheck(prefix: string): Word {
  return snippet("health check", l10n.t("A health check by HTTP, which Morph repeats until it succeeds"), [
    `${prefix}http = [`,
    "  {",
    '    description = "${1:the website answers}";',
    "    port = ${2:80};",
    '    path = "${3:/}";',
    "  }",
    "];$0",
  ]);
}

function secret(prefix: string): Word {
  return snippet("secret", l10n.t("A local file that Morph copies to the host, never into the Nix store"), [
    `${prefix}\${1:name} = {`,
    '  source = "${2:secrets/name}";',
    '  destination = "${3:/run/keys/name}";',
    '  owner.user = "${4:root}";',
    "};$0",
  ]);
}

function snippet(label: string, detail: string, lines: readonly string[]): Word {
  return { label, newText: lines.join("\n"), kind: CompletionItemKind.Snippet, detail, isSnippet: true };
}
