import * as l10n from "@vscode/l10n";
import type { MorphOption, OptionType } from "./option.ts";

/**
 * The `deployment.*` options that Morph adds to every machine (Morph, `data/options.nix`), in our words. A function, as its texts
 * are in the language of the user.
 */
export function deploymentOptions(): MorphOption[] {
  return [
    option("targetHost", "string", l10n.t("The host that Morph connects to over SSH."), {
      default: l10n.t("the machine's name"),
    }),
    option(
      "targetPort",
      "integer or null",
      l10n.t("The port of the host's SSH server. `null`: what SSH's own configuration says."),
      {
        default: "null",
        since: "1.7",
      },
    ),
    option(
      "targetUser",
      "string",
      l10n.t("The user that Morph logs in as. Empty: that of variable `SSH_USER`, else your own."),
      {
        default: '""',
      },
    ),
    option(
      "buildOnly",
      "boolean",
      l10n.t("The machine is built and never deployed: it cannot be reached, or it is an image for an installation."),
      { default: "false" },
    ),
    option(
      "substituteOnDestination",
      "boolean",
      l10n.t("The host fetches from binary caches what it can, and only the rest is copied to it."),
      { default: "false" },
    ),
    option(
      "tags",
      "list of strings",
      l10n.t("Words that group machines: `morph deploy --tagged web` takes those with tag `web`."),
      {
        default: "[ ]",
        since: "1.6",
      },
    ),
    option("secrets", "set", l10n.t("Files that are copied to the host over SSH. They never enter the Nix store."), {
      default: "{ }",
    }),
    ...secret(),
    ...checks("healthChecks", l10n.t("What must answer after a deployment, before Morph goes on to the next host.")),
    ...checks("preDeployChecks", l10n.t("What must answer before anything is deployed to the host."), "1.8"),
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
        "The secret's file here, relative to the folder of the network file. A string, not a path: a path would be copied to the store.",
      ),
      required,
    ),
    of("destination", "string", l10n.t("Where the file goes on the host."), required),
    of("owner", "set", l10n.t("Who owns the file on the host."), { default: "{ }" }),
    of("owner.user", "string", l10n.t("The user that owns the file."), { default: '"root"' }),
    of("owner.group", "string", l10n.t("The group that owns the file."), { default: '"root"' }),
    of("permissions", "string", l10n.t("The file's mode, in octal digits."), { default: '"0400"' }),
    of("action", "list of strings", l10n.t("A command with its arguments that the host runs once the file is there."), {
      default: "[ ]",
    }),
    of("mkDirs", "boolean", l10n.t("Folders that are missing on the way to the file are made."), { default: "true" }),
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
    of("cmd", "list of sets", l10n.t("Commands that are run on the host until each has succeeded."), "[ ]"),
    needed("cmd.*.description", "string", l10n.t("What the check is for, as Morph prints it.")),
    // Its default is null, which no build gets through.
    needed("cmd.*.cmd", "list of strings", l10n.t("The command and its arguments.")),
    ...timing("cmd"),
    of("http", "list of sets", l10n.t("Requests over HTTP that are sent until each has an answer."), "[ ]"),
    needed("http.*.description", "string", l10n.t("What the check is for, as Morph prints it.")),
    of("http.*.host", "string or null", l10n.t("The host that is asked. `null`: the one that is deployed to."), "null"),
    of("http.*.scheme", "string", l10n.t("`http` or `https`."), '"http"'),
    needed("http.*.port", "integer", l10n.t("The port that is asked.")),
    of("http.*.path", "absolute path", l10n.t("The path of the request."), '"/"'),
    of("http.*.headers", "set of strings", l10n.t("Headers of the request: name and value."), "{ }"),
    of("http.*.insecureSSL", "boolean", l10n.t("Certificates are not checked."), "false"),
    ...timing("http"),
  ];
}
