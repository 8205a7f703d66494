/** What Morph says of a network before it builds anything. */
export interface MorphVerdict {
  /** The network file. */
  readonly text: string;
  /** Why Morph 1.8 refuses it, by a part of its message; absent if it starts to build. */
  readonly refused?: RegExp;
  /** What our verdict is about, in order: a machine, or `network`. */
  readonly about?: readonly string[];
  /** The text at the locations of our verdict, in order. */
  readonly at?: readonly string[];
}

const system = 'nixpkgs.system = "x86_64-linux";';
const fine = `{ ${system} }`;

/** A network with a machine `web` that is fine, and another. */
const beside = (other: string, rest = "") => `{ ${rest} db = { ${system} ${other} }; web = ${fine}; }`;

/**
 * Networks, and what the real Morph (v1.8.0, with the miniature nixpkgs) said of each when it was asked to build `web`:
 * `morph build --on web`. Where Go refuses the JSON that Nix gave, the words are Go's.
 */
export const morphVerdicts: Readonly<Record<string, MorphVerdict>> = {
  "one that is fine": { text: beside('deployment.tags = [ "a" ];') },
  "an option that does not exist": {
    text: beside('networking.hostNam = "db";'),
    refused: /The option `networking.hostNam' does not exist/,
    about: ["db"],
    at: ["networking.hostNam"],
  },
  "an option of Morph's that does not exist": {
    text: beside('deployment.targetHst = "db";'),
    refused: /The option `deployment.targetHst' does not exist/,
    about: ["db"],
    at: ["deployment.targetHst"],
  },
  "an option that does not exist in two machines": {
    text: `{ a = { ${system} foo = 1; }; b = { ${system} services.bar = 2; }; web = ${fine}; }`,
    refused: /The option `foo' does not exist/,
    about: ["a", "b"],
    at: ["foo", "services.bar"],
  },
  "the action of a secret as a string": {
    text: beside('deployment.secrets.key = { source = "a"; destination = "/b"; action = "true"; };'),
    refused: /`deployment.secrets.key.action' is not of type/,
    about: ["db"],
    at: ["action"],
  },
  "a secret without a destination": {
    text: beside('deployment.secrets.key.source = "a";'),
    refused: /`deployment.secrets.key.destination' is used but not defined/,
    about: ["db"],
    at: ["deployment.secrets.key.source"],
  },
  "a secret with a quoted name": {
    text: beside('deployment.secrets."my key" = { source = "a"; destination = "/b"; permissions = 400; };'),
    refused: /permissions' is not of type/,
    about: ["db"],
    at: ["permissions"],
  },
  "tags as a string": {
    text: beside('deployment.tags = "web";'),
    refused: /`deployment.tags' is not of type/,
    about: ["db"],
    at: ["deployment.tags"],
  },
  "a port as a string": {
    text: beside('deployment.targetPort = "22";'),
    refused: /`deployment.targetPort' is not of type/,
    about: ["db"],
    at: ["deployment.targetPort"],
  },
  "a health check without a port": {
    text: beside('deployment.healthChecks.http = [ { description = "x"; } ];'),
    refused: /`deployment.healthChecks.http.*port' is used but not defined/,
    about: ["db"],
    at: ["deployment.healthChecks.http"],
  },
  "a host that throws": {
    text: beside('deployment.targetHost = throw "no host";'),
    refused: /no host/,
    about: ["db"],
  },
  "a host of a machine that is not there": {
    text: `{ db = { nodes, ... }: { ${system} deployment.targetHost = nodes.gone.config.networking.hostName; }; web = ${fine}; }`,
    refused: /attribute 'gone' missing/,
    about: ["db"],
  },
  "a machine that is no module": {
    text: `{ db = 5; web = ${fine}; }`,
    refused: /./,
    about: ["db"],
  },
  "an option of Nix that is no string": {
    text: beside("", "network.nixConfig = { cores = 2; };"),
    refused: /nix option 'cores' must have a string typed value/,
    about: ["network"],
    at: ["cores"],
  },
  "options of Nix that throw": {
    text: beside("", 'network.nixConfig.cores = throw "no cores";'),
    refused: /no cores/,
    about: ["network"],
    at: ["network.nixConfig.cores"],
  },
  "options of Nix that are strings": {
    text: beside("", 'network.nixConfig = { cores = "2"; };'),
  },
  "a description that is no string": {
    text: beside("", "network.description = 5;"),
    refused: /cannot unmarshal number into Go struct field DeploymentMetadata.meta.Description/,
    about: ["network"],
    at: ["network.description"],
  },
  "a description that is null": { text: beside("", "network.description = null;") },
  "an order that is no set": {
    text: beside("", 'network.ordering = "web";'),
    refused: /cannot unmarshal string into Go struct field DeploymentMetadata.meta.Ordering/,
    about: ["network"],
    at: ["network.ordering"],
  },
  "an order whose tags are no list": {
    text: beside("", 'network.ordering.tags = "web";'),
    refused: /cannot unmarshal string into Go struct field HostOrdering.meta.Ordering.Tags/,
    about: ["network"],
    at: ["network.ordering.tags"],
  },
  "an order whose tags are no strings": {
    text: beside("", "network.ordering = { Tags = [ 1 ]; };"),
    refused: /cannot unmarshal number into Go struct field/,
    about: ["network"],
    at: ["Tags"],
  },
  "an order with something else": { text: beside("", "network.ordering = { other = 5; };") },
  "a build shell that throws": {
    text: beside("", 'network.buildShell = throw "no shell";'),
    refused: /Error getting buildShell/,
    about: ["network"],
    at: ["network.buildShell"],
  },
  "a build shell that is no derivation": {
    text: beside("", "network.buildShell.drvPath = 5;"),
    refused: /Error getting buildShell/,
    about: ["network"],
    at: ["network.buildShell.drvPath"],
  },
  "a build shell without a derivation": { text: beside("", "network.buildShell = { };") },
  "all of it wrong": {
    text: `{ network.description = 5; network.nixConfig.cores = 2; db = { ${system} foo = 1; }; web = ${fine}; }`,
    refused: /./,
    about: ["network", "network", "db"],
    at: ["network.description", "network.nixConfig.cores", "foo"],
  },
  "a file that is a function": {
    text: `{ }: { web = ${fine}; }`,
    refused: /function while a set was expected/,
    about: ["network"],
  },
  "a file that is a list": { text: "[ ]", refused: /list while a set was expected/, about: ["network"] },
  "a file that throws": { text: 'throw "no network"', refused: /no network/, about: ["network"] },
  "packages that throw": {
    text: beside("", 'network.pkgs = throw "no packages";'),
    refused: /no packages/,
    about: ["network"],
  },
  "an option of defaults that does not exist": {
    text: `{ defaults.foo = 1; web = ${fine}; }`,
    refused: /The option `foo' does not exist/,
    about: ["web"],
    at: ["defaults.foo"],
  },
  // Problems that it only finds when it builds.
  "a failed assertion of another machine": {
    text: beside('assertions = [ { assertion = false; message = "no"; } ];'),
  },
  "another machine without a system": { text: `{ db = { }; web = ${fine}; }` },
  "a system that nixpkgs does not know": { text: `{ db = { nixpkgs.system = "z80-linux"; }; web = ${fine}; }` },
};
