/** A network of `count` machines in realistic forms, about twelve lines each. */
export function generatedNetwork(machines: number): string {
  const bodies = Array.from({ length: machines }, (_, index) => machine(index));
  return `let\n  site = "example.org";\nin\n{\n  network.description = "generated";\n\n${bodies.join("\n")}}\n`;
}

const systems = ["x86_64-linux", "aarch64-linux", "i686-linux"];

function machine(index: number): string {
  const system = systems[index % systems.length];
  return `  "node${index}.example.org" = { config, lib, pkgs, ... }: {
    deployment.targetHost = "10.0.${index >> 8}.${index & 255}";
    deployment.tags = [ "rack${index % 20}" "${index % 2 === 0 ? "even" : "odd"}" ];
    nixpkgs.${index % 2 === 0 ? `system = "${system}"` : `hostPlatform = lib.mkDefault "${system}"`};
    services.openssh.enable = true;
    services.nginx.virtualHosts."node${index}.\${site}" = {
      root = "/var/www";
      locations."/".extraConfig = "expires 1h;";
    };
    environment.systemPackages = [ pkgs.hello ];
  };
`;
}

/** A network with one machine, `turtle`, whose evaluation time is quadratic in `steps`: with 20,000, it never ends. */
export function slowlyEvaluated(steps: number): string {
  return `let
  list = builtins.genList (x: x) ${steps};
  late = builtins.foldl' (a: x: builtins.foldl' (b: y: b + 1) a list) 0 list;
in
{
  turtle = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = "turtle-\${toString late}"; };
}
`;
}
