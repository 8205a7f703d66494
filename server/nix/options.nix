# The options that Morph adds to a machine: `deployment.*`.
{ config, lib, pkgs, ... }:

let
  inherit (lib) mkOption types;

  option = type: default: description: mkOption { inherit type default description; };
  required = type: description: mkOption { inherit type description; };
  modules = options: types.submodule { inherit options; };

  secret = modules {
    source = required types.str "The secret's file here, relative to the network file.";
    destination = required types.str "Where it goes on the machine.";
    owner = option (modules {
      user = option types.str "root" "The user that owns it.";
      group = option types.str "root" "The group that owns it.";
    }) { } "Whom it belongs to on the machine.";
    permissions = option types.str "0400" "Its permissions, octal.";
    action = option (types.listOf types.str) [ ] "A command that runs on the machine after the upload.";
    mkDirs = option types.bool true "Whether folders on the way to it are made.";
    uploadAt = option (types.enum [ "pre-activation" "post-activation" ]) "pre-activation" (
      "Whether it is uploaded before or after the machine switches to its new configuration."
    );
  };

  retried = {
    description = required types.str "What is checked.";
    period = option types.int 2 "Seconds between two tries.";
    timeout = option types.int 5 "Seconds after which a try has failed.";
  };

  command = modules (
    retried // { cmd = option (types.nullOr (types.listOf types.str)) null "A command and its arguments."; }
  );

  request = modules (
    retried
    // {
      host = option (types.nullOr types.str) null "The host that is asked; the machine itself if null.";
      scheme = option types.str "http" "http or https.";
      port = required types.int "The port.";
      path = option types.path "/" "The path that is asked for.";
      headers = option (types.attrsOf types.str) { } "Headers of the request.";
      insecureSSL = option types.bool false "Whether a bad certificate is ignored.";
    }
  );

  checks = modules {
    cmd = option (types.listOf command) [ ] "Commands that have to succeed.";
    http = option (types.listOf request) [ ] "Requests that have to succeed.";
  };

  inherit (config.deployment) healthChecks preDeployChecks;
in
{
  options.deployment = {
    targetHost = option types.str "" "The address that the machine is deployed to.";
    targetPort = option (types.nullOr types.int) null "The port of its ssh server.";
    targetUser = option types.str "" "The user that deploys; that of SSH_USER or the current one if empty.";
    buildOnly = option types.bool false "Whether the machine is only ever built: nothing is sent to it.";
    substituteOnDestination = option types.bool false "Whether the machine may fetch paths from its own caches.";
    tags = option (types.listOf types.str) [ ] "Words to choose machines by.";
    secrets = option (types.attrsOf secret) { } "Files that are copied by ssh and never enter the Nix store.";
    healthChecks = option checks { } "What has to hold after the deployment.";
    preDeployChecks = option checks { } "What has to hold before the deployment.";
  };

  # The checks' commands are part of the machine, so that what they run is there when they run.
  config.system.extraDependencies = [
    (pkgs.writeText "healthcheck-commands.txt" (
      lib.concatStringsSep "\n" (lib.concatMap (check: check.cmd) (preDeployChecks.cmd ++ healthChecks.cmd))
    ))
  ];
}
