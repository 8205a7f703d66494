import { nativeSystems } from "../options/foreignSystems.ts";
import type { BinaryCache, BuildMachine } from "../protocol.ts";
import { stringText } from "../syntax/quoting.ts";
import { entryText } from "./machineEntry.ts";
import { names, nativeFeatures, webAddress } from "./names.ts";
import { comment, indented, type Lines, listText, sections, setText } from "./text.ts";

/** The NixOS module of a build machine: whatever a user has entered is a quoted string in it. */
export function machineModule(machine: BuildMachine): string {
  const { cache, hydra } = machine;
  const roles = [
    "builds for its clients over ssh",
    ...(cache === undefined ? [] : ["serves what is in its store as a binary cache"]),
    ...(hydra === undefined ? [] : ["runs Hydra"]),
  ];
  const lines = [
    ...comment(`A build machine: it ${new Intl.ListFormat("en").format(roles)}.`),
    ...comment("For NixOS 22.11 and later: before, there was no nix.buildMachines.*.protocol."),
    "{ ... }:",
    "",
    "{",
    ...indented(
      sections(
        emulation(machine),
        access(machine),
        hydra === undefined ? [] : hydraLines(machine, hydra.host),
        cache === undefined ? [] : cacheLines(cache),
        webLines(machine),
      ),
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function emulation({ emulated }: BuildMachine): Lines {
  if (emulated.length === 0) return [];
  return [
    ...comment(
      "Runs the programs of these systems in QEMU, several times slower than natively. NixOS makes Nix accept their derivations (extra-platforms) and adds QEMU to Nix's sandbox (extra-sandbox-paths).",
    ),
    `boot.binfmt.emulatedSystems = ${listText(emulated)};`,
    ...comment("NixOS 24.11 and later: a QEMU that needs nothing in the sandbox, and also works in containers."),
    "# boot.binfmt.preferStaticEmulators = true;",
  ];
}

/** The ssh server and the user as which clients log in. */
function access({ sshPort, hasSsh, clientKeys }: BuildMachine): Lines {
  const keys = clientKeys.map(key => `  ${stringText(key.trim())}`);
  const missing = comment(
    `The public keys of the clients, one line each: ${names.sshKey}.pub of each client. Without them, none can log in.`,
  );
  return [
    "services.openssh.enable = true;",
    ...(hasSsh === true || sshPort === 22 ? [] : [`services.openssh.ports = [ ${sshPort} ];`]),
    "",
    ...comment(
      "Clients log in as this user. Nix lets only a trusted user bring inputs without a signature. A trusted user can become root, so only the owners of these keys may have them.",
    ),
    ...setText(`users.users.${names.user}`, [
      "isSystemUser = true;",
      `group = ${stringText(names.user)};`,
      "useDefaultShell = true;",
      "openssh.authorizedKeys.keys = [",
      ...(keys.length === 0 ? indented(missing) : keys),
      "];",
    ]),
    `users.groups.${names.user} = { };`,
    `nix.settings.trusted-users = [ ${stringText(names.user)} ];`,
  ];
}

function hydraLines(machine: BuildMachine, host: string): Lines {
  const { system, emulated, maxJobs } = machine;
  const entry = entryText({
    hostName: "localhost",
    protocol: null,
    systems: [...nativeSystems(system), ...emulated],
    maxJobs,
    supportedFeatures: nativeFeatures,
  });
  return [
    ...comment(
      "Hydra builds only on the machines of /etc/nix/machines, so it has to contain this one, without a protocol: builds do not go through ssh. Nix itself does not need it: nix.distributedBuilds stays off here.",
    ),
    "nix.buildMachines = [",
    ...indented(entry),
    "];",
    ...setText("services.hydra", [
      "enable = true;",
      `hydraURL = ${stringText(webAddress(host, machine))};`,
      `notificationSender = ${stringText(`hydra@${host}`)};`,
      'listenHost = "localhost";',
      `port = ${names.hydraPort};`,
      ...comment("Fetches what caches have instead of building it. This machine then signs it as its own."),
      "useSubstitutes = true;",
    ]),
    ...comment("Hydra evaluates in restricted mode: sources that are fetched by URL must begin with one of these."),
    '# nix.settings.allowed-uris = [ "https://github.com/" ];',
  ];
}

function cacheLines({ secretKeySource }: BinaryCache): Lines {
  return [
    ...comment(
      "Signs whatever is in the store of this machine when it is fetched. The secret key is a file outside of the store, which is readable for everyone.",
    ),
    ...setText("services.nix-serve", [
      "enable = true;",
      'bindAddress = "127.0.0.1";',
      `port = ${names.cachePort};`,
      `secretKeyFile = ${stringText(names.secretKey)};`,
    ]),
    ...(secretKeySource === undefined
      ? []
      : [
          ...comment("Copied by Morph: `morph deploy --upload-secrets`, or `morph upload-secrets` before."),
          ...setText("deployment.secrets.nix-cache", [
            `source = ${stringText(secretKeySource)};`,
            `destination = ${stringText(names.secretKey)};`,
            'permissions = "0400";',
          ]),
        ]),
  ];
}

/** nginx in front of the cache and Hydra, and the firewall. */
function webLines({ cache, hydra, web }: BuildMachine): Lines {
  const hosts = [
    ...(cache === undefined ? [] : virtualHost(cache.host, names.cachePort, web)),
    ...(hydra === undefined ? [] : virtualHost(hydra.host, names.hydraPort, web, ["X-Request-Base"])),
  ];
  if (hosts.length === 0) return [];
  const isSecure = web.kind === "https";
  return [
    ...setText("services.nginx", [
      "enable = true;",
      "recommendedProxySettings = true;",
      ...(isSecure ? ["recommendedTlsSettings = true;"] : []),
      ...hosts,
    ]),
    ...(isSecure
      ? setText("security.acme", ["acceptTerms = true;", `defaults.email = ${stringText(web.email)};`])
      : []),
    `networking.firewall.allowedTCPPorts = [ ${isSecure ? "80 443" : web.port} ];`,
  ];
}

/** @param headers in which the server behind it expects its own address, which includes the port. */
function virtualHost(host: string, port: number, web: BuildMachine["web"], headers: readonly string[] = []): Lines {
  const hasPort = web.kind === "http" && web.port !== 80;
  const listen = ["0.0.0.0", "[::]"].map(
    addr => `  { addr = ${stringText(addr)}; port = ${hasPort ? web.port : 80}; }`,
  );
  const addresses = headers.map(header => `proxy_set_header ${header} ${webAddress(host, { web })};`);
  return setText(`virtualHosts.${stringText(host)}`, [
    ...(web.kind === "https" ? ["enableACME = true;", "forceSSL = true;"] : []),
    ...(hasPort ? ["listen = [", ...listen, "];"] : []),
    `locations."/".proxyPass = ${stringText(`http://127.0.0.1:${port}`)};`,
    ...(headers.length === 0 ? [] : [`locations."/".extraConfig = ${stringText(addresses.join("\n"))};`]),
  ]);
}
