# Derivations that prove what a builder can build: each runs a tiny program of its system, which creates the output. Returns their
# paths, in the order of the requests.
{
  # JSON list: `{ "system": ..., "features": [ ... ], "program": ... }`, with the path of the program.
  requests,
  # Different each time, so that no result of an earlier check, or of a cache, counts.
  nonce,
}:

let
  derivationOf =
    {
      system,
      features,
      program,
    }:
    derivation {
      name = "morph-check-${system}";
      inherit system nonce;
      builder = builtins.path {
        name = "morph-check-program";
        path = /. + program;
      };
      args = [ (builtins.placeholder "out") ];
      requiredSystemFeatures = features;
      allowSubstitutes = false;
    };

  pathsOf = request: let derivation' = derivationOf request; in { inherit (derivation') drvPath; output = derivation'.outPath; };
in
map pathsOf (builtins.fromJSON requests)
