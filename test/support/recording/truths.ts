/** What went wrong in a situation, according to its author. */
export interface Truth {
  /** The derivations that failed on their own, sorted by name; absent where versions differ. */
  readonly failed?: readonly string[];
  /** What the explanation must contain to be useful. */
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
const notReached = (name: string, code: string): Truth => ({ says: new RegExp(`\\b${name}\\b`), code });
/** Regardless of what it printed. */
const ended = (name: string, code: number): Truth => ({
  failed: [name],
  says: new RegExp(`^${name} failed with exit code ${code}\\.$`),
  code: "derivation-failed",
});
const noMan = (place: string): Truth => ({
  failed: ["nolink"],
  says: new RegExp(`^nolink did not produce its output 'man'${place}\\.$`),
  code: "derivation-failed",
});
const noShell = (place: string): Truth => ({
  failed: ["shellless"],
  says: new RegExp(`^shellless could not be started: /nowhere/sh does not exist on ${place}\\.`),
  code: "program-missing",
});
const tooLong: Truth = { failed: ["talkative"], says: /^talkative timed out after 1 seconds\./, code: "timed-out" };
const noSystem: Truth = {
  failed: ["kernel"],
  says: /^No builder can build kernel for 'aarch64-linux'/,
  code: "no-builder",
};
const noFeature: Truth = {
  failed: ["vm-test"],
  says: /^No builder can build vm-test: .*'kvm2'/,
  code: "missing-feature",
};

/** Every situation that fails on its own. */
export const truths: Readonly<Record<string, Truth>> = {
  "dependency-fails": compileError,
  "dependency-fails-keep-going": compileError,
  "failed-folder-kept": compileError,
  "two-fail-keep-going": { failed: ["broken", "wrong"], says: /^(broken|wrong) failed with exit code 2\.$/ },
  "hash-mismatch": hashMismatch,
  timeout: tooLong,
  // Since 2.34, Nix does not report which of the two it was.
  "max-silent-time": { failed: ["silent"], says: /^silent .* 1 seconds.*'max-silent-time'/ },
  "builder-killed": { failed: ["killed"], says: /^killed was killed \(SIGKILL\)/, code: "killed" },
  "no-output": {
    failed: ["no-output"],
    says: /^no-output did not produce its output 'out'\.$/,
    code: "derivation-failed",
  },
  "output-missing": noMan(""),
  "program-missing": noShell("this machine"),
  "sandbox-path-missing": {
    says: /\/run\/binfmt-that-is-not-there does not exist on this machine/,
    code: "sandbox-path-missing",
  },
  "source-gone": {
    failed: ["gone.tar.gz"],
    says: /^gone\.tar\.gz could not be downloaded.*HTTP error 404/,
    code: "source-gone",
  },
  "words-in-log": ended("words", 2),
  "nested-nix": ended("nested", 3),
  "forbidden-reference": { failed: ["forbidden"], says: /^forbidden refers to .*, which is not allowed/ },
  "not-executable": {
    failed: ["not-executable"],
    says: /^not-executable could not be started on this machine: executing '/,
  },
  "post-build-hook-fails": { failed: [], says: /bad-hook/ },
  terminated: { failed: [], says: /interrupted/ },
  "nix-killed": { failed: [], says: /SIGKILL/, code: "killed" },
  "cache-with-wrong-nar": { says: /tampered/ },
  "remote-dependency-fails-ssh-ng": compileError,
  "remote-dependency-fails-ssh": compileError,
  "remote-failed-folder-kept": {
    failed: ["broken"],
    says: /^broken failed with exit code 2\. Its build directory was kept on attic\.$/,
    code: "derivation-failed",
  },
  "remote-hash-mismatch": hashMismatch,
  "remote-vanishes": { says: /^Lost connection to gone /, code: "builder-lost" },
  "remote-refused": notReached("down", "builder-unreachable"),
  "remote-bad-host-key": notReached("attic", "builder-host-key"),
  "remote-unknown-name": notReached("nowhere.invalid", "builder-not-found"),
  "no-builder-for-system": noSystem,
  "no-builder-for-system-remote": noSystem,
  "no-builder-for-feature": noFeature,
  "no-builder-for-feature-remote": noFeature,
  "remote-output-missing": noMan(" \\(on attic\\)"),
  "remote-program-missing": noShell("attic"),
  "remote-words-in-log": ended("words", 2),
  "remote-nested-nix": ended("nested", 3),
  "daemon-dependency-fails": compileError,
  "daemon-hash-mismatch": hashMismatch,
  "daemon-timeout": tooLong,
  "daemon-program-missing": noShell("this machine"),
  "daemon-words-in-log": ended("words", 2),
  "daemon-nested-nix": ended("nested", 3),
  "no-jobs-here": { says: /max-jobs/, code: "no-local-builds" },
};

/** The paths that did not arrive. In all other successful situations, all paths arrive. */
export const failedTransfers: Readonly<Record<string, readonly string[]>> = {
  "fetch-interrupted": ["large"],
  "cache-without-nar": ["torn"],
  "cache-without-nar-fallback": ["torn"],
  "cache-with-wrong-nar": ["tampered"],
};
