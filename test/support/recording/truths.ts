/** What went wrong in a situation, said by whoever made it. */
export interface Truth {
  /** The derivations that failed by themselves, in the order of the alphabet; absent where versions differ. */
  readonly failed?: readonly string[];
  /** What the explanation has to say to be of use. */
  readonly says: RegExp;
  readonly code?: string;
}

const compileError: Truth = {
  failed: ["broken"],
  says: /^broken failed with exit code 2\.$/,
  code: "derivation-failed",
};
const hashMismatch: Truth = {
  failed: ["source.tar.gz"],
  says: /^The hash of source\.tar\.gz is sha256-/,
  code: "hash-mismatch",
};
const notReached = (name: string, code: string): Truth => ({ says: new RegExp(`ssh-ng://${name} `), code });
const noSystem: Truth = {
  failed: ["kernel"],
  says: /^Nobody can build kernel for 'aarch64-linux'/,
  code: "no-builder",
};
const noFeature: Truth = { failed: ["vm-test"], says: /^Nobody can build vm-test: .*'kvm2'/, code: "missing-feature" };

/** Every situation that ends badly by itself. */
export const truths: Readonly<Record<string, Truth>> = {
  "dependency-fails": compileError,
  "dependency-fails-keep-going": compileError,
  "failed-folder-kept": compileError,
  "two-fail-keep-going": { failed: ["broken", "wrong"], says: /^(broken|wrong) failed with exit code 2\.$/ },
  "hash-mismatch": hashMismatch,
  timeout: { failed: ["talkative"], says: /^talkative .* than 1 seconds/, code: "timed-out" },
  // Since 2.34 Nix does not say which of the two it was.
  "max-silent-time": { failed: ["silent"], says: /^silent .* 1 seconds.*'max-silent-time'/ },
  "builder-killed": { failed: ["killed"], says: /^killed was killed \(signal 9\)/, code: "killed" },
  "no-output": { failed: ["no-output"], says: /^no-output failed .*to produce output/ },
  "forbidden-reference": { failed: ["forbidden"], says: /^forbidden .*not allowed to refer/ },
  "not-executable": { failed: ["not-executable"], says: /^not-executable failed with exit code 1\.$/ },
  "post-build-hook-fails": { failed: [], says: /bad-hook/ },
  terminated: { failed: [], says: /interrupted/ },
  "nix-killed": { failed: [], says: /SIGKILL/, code: "killed" },
  "cache-with-wrong-nar": { says: /tampered/ },
  "remote-dependency-fails-ssh-ng": compileError,
  "remote-dependency-fails-ssh": compileError,
  "remote-failed-folder-kept": {
    failed: ["broken"],
    says: /^broken failed with exit code 2\. Its folder was kept on ssh-ng:\/\/attic\.$/,
    code: "derivation-failed",
  },
  "remote-hash-mismatch": hashMismatch,
  "remote-vanishes": { says: /ssh-ng:\/\/gone /, code: "builder-lost" },
  "remote-refused": notReached("down", "builder-unreachable"),
  "remote-bad-host-key": notReached("attic", "builder-host-key"),
  "remote-unknown-name": notReached("nowhere.invalid", "builder-not-found"),
  "no-builder-for-system": noSystem,
  "no-builder-for-system-remote": noSystem,
  "no-builder-for-feature": noFeature,
  "no-builder-for-feature-remote": noFeature,
  "no-jobs-here": { says: /max-jobs/, code: "no-local-builds" },
};

/** The paths that did not arrive. Everywhere else that Nix ends well, all do. */
export const failedTransfers: Readonly<Record<string, readonly string[]>> = {
  "fetch-interrupted": ["large"],
  "cache-without-nar": ["torn"],
  "cache-without-nar-fallback": ["torn"],
  "cache-with-wrong-nar": ["tampered"],
};
