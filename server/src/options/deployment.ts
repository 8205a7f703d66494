import * as l10n from "@vscode/l10n";
import type { MorphOption, OptionType } from "./option.ts";

/**
 * The `deployment.*` options that Morph adds to every machine (Morph, `data/options.nix`), with our own descriptions. A
 * function, because the texts are in the user's language.
 */
export function deploymentOptions(): MorphOption[] {
  return [
    option("targetHost", "string", l10n.t("The host that Morph connects to over SSH."), {
      default: l10n.t("the machine's name"),
    }),
    option(
      "targetPort",
      "integer or null",
      l10n.t("The port of the host's SSH server. `null`: as configured in SSH."),
      {
        default: "null",
        since: "1.7",
      },
    ),
    option("targetUser", "string", l10n.t("The user that Morph logs in as. If empty: `$SSH_USER`, or your own."), {
      default: '""',
    }),
    option(
      "buildOnly",
      "boolean",
      l10n.t("Only build the machine, never deploy it: for unreachable machines and installation images."),
      { default: "false" },
    ),
    option(
      "substituteOnDestination",
      "boolean",
      l10n.t("The host downloads what it can from binary caches; only the rest is copied to it."),
      { default: "false" },
    ),
    option(
      "tags",
      "list of strings",
      l10n.t("Tags that group machines: `morph deploy --tagged web` selects those with tag `web`."),
      {
        default: "[ ]",
        since: "1.6",
      },
    ),
    option("secrets", "set", l10n.t("Files that are copied to the host over SSH. They never enter the Nix store."), {
      default: "{ }",
    }),
    ...secret(),
    ...checks(
      "healthChecks",
      l10n.t("Checks that must succeed after a deployment, before Morph continues with the next host."),
    ),
    ...checks("preDeployChecks", l10n.t("Checks that must succeed before anything is deployed to the host."), "1.8"),
  ];
}

type Facts = Pick<MorphOption, "default" | "since" | "isRequired">;

const required: Facts = { isRequired: true };

function option(name: string, type: OptionType, description: string, facts: Facts = {}): MorphOption {
  return { path: ["deployment", ...name.split(".")], type, description, ...facts };
}

function secret(): MorphOption[] {
  const of = (name: string, type: OptionType, description: string, facts?: Facts) =>
    option(`secrets.*.${name}`, type, description, facts);
  return [
    option("secrets.*", "set", l10n.t("One secret.")),
    of(
      "source",
      "string",
      l10n.t(
        "The secret's local file, relative to the directory of the network file. A string, not a path: a path would be copied to the store.",
      ),
      required,
    ),
    of("destination", "string", l10n.t("The destination path on the host."), required),
    of("owner", "set", l10n.t("The owner of the file on the host."), { default: "{ }" }),
    of("owner.user", "string", l10n.t("The user that owns the file."), { default: '"root"' }),
    of("owner.group", "string", l10n.t("The group that owns the file."), { default: '"root"' }),
    of("permissions", "string", l10n.t("The file's mode, in octal digits."), { default: '"0400"' }),
    of("action", "list of strings", l10n.t("A command with its arguments to run on the host after the upload."), {
      default: "[ ]",
    }),
    of("mkDirs", "boolean", l10n.t("Create missing parent directories."), { default: "true" }),
    of(
      "uploadAt",
      { oneOf: ["pre-activation", "post-activation"] },
      l10n.t("Whether the file is copied before or after the new configuration is activated."),
      { since: "1.7" },
    ),
  ];
}

function checks(name: string, description: string, since?: string): MorphOption[] {
  const of = (path: string, type: OptionType, text: string, value?: string) =>
    option(`${name}.${path}`, type, text, { default: value, since });
  const needed = (path: string, type: OptionType, text: string) =>
    option(`${name}.${path}`, type, text, { ...required, since });
  const timing = (kind: string) => [
    of(`${kind}.*.period`, "integer", l10n.t("Seconds between two attempts."), "2"),
    of(`${kind}.*.timeout`, "integer", l10n.t("Seconds after which an attempt has failed."), "5"),
  ];
  return [
    option(name, "set", description, { default: "{ }", since }),
    of("cmd", "list of sets", l10n.t("Commands to run on the host until each succeeds."), "[ ]"),
    needed("cmd.*.description", "string", l10n.t("A description of the check, which Morph prints.")),
    // Its default is null, which fails to build.
    needed("cmd.*.cmd", "list of strings", l10n.t("The command and its arguments.")),
    ...timing("cmd"),
    of("http", "list of sets", l10n.t("HTTP requests to send until each succeeds."), "[ ]"),
    needed("http.*.description", "string", l10n.t("A description of the check, which Morph prints.")),
    of("http.*.host", "string or null", l10n.t("The host of the request. `null`: the one being deployed."), "null"),
    of("http.*.scheme", "string", l10n.t("`http` or `https`."), '"http"'),
    needed("http.*.port", "integer", l10n.t("The port of the request.")),
    of("http.*.path", "absolute path", l10n.t("The path of the request."), '"/"'),
    of("http.*.headers", "set of strings", l10n.t("Headers of the request: name and value."), "{ }"),
    of("http.*.insecureSSL", "boolean", l10n.t("Do not verify certificates."), "false"),
    ...timing("http"),
  ];
}
