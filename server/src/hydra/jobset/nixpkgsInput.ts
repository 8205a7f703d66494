import * as v from "valibot";

/** Where a repository pins nixpkgs: the paths of files, relative to a folder, and how to read each. */
export const pinFiles = ["nix/sources.json", "npins/sources.json", "flake.lock"] as const;

/** The repository that Hydra checks out if nothing is pinned. */
const upstream = { url: "https://github.com/NixOS/nixpkgs.git", ref: "nixos-unstable" } as const;

const commit = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const word = v.pipe(v.string(), v.regex(/^[\w.-]+$/));

/** niv's file: `rev` of a source on GitHub. */
const niv = v.object({ nixpkgs: v.object({ owner: word, repo: word, rev: commit }) });

/** npins' file: `revision` of a repository. */
const npins = v.object({
  pins: v.object({
    nixpkgs: v.object({ repository: v.object({ owner: word, repo: word }), revision: commit }),
  }),
});

/** A flake's lock: the node that the root calls nixpkgs. */
const flakeLock = v.object({
  root: v.string(),
  nodes: v.record(
    v.string(),
    v.object({ inputs: v.optional(v.record(v.string(), v.unknown())), locked: v.optional(v.unknown()) }),
  ),
});
const locked = v.object({ type: v.literal("github"), owner: word, repo: word, rev: commit });

/**
 * The value of the input `nixpkgs`: the revision that the repository pins, or the branch `nixos-unstable`.
 *
 * @param pins file of `pinFiles` -> its text, of those that exist.
 * @param network the text of the network file, which may fetch a revision itself.
 */
export function nixpkgsInput(pins: ReadonlyMap<string, string>, network: string): string {
  const fetched = /github\.com\/([\w.-]+)\/nixpkgs\/archive\/([0-9a-f]{40})\b/i.exec(network);
  if (fetched?.[1] !== undefined && fetched[2] !== undefined) return onGitHub(fetched[1], "nixpkgs", fetched[2]);
  for (const file of pinFiles) {
    const text = pins.get(file);
    const pinned = text === undefined ? undefined : readPin(file, text);
    if (pinned !== undefined) return pinned;
  }
  return `${upstream.url} ${upstream.ref}`;
}

function readPin(file: (typeof pinFiles)[number], text: string): string | undefined {
  switch (file) {
    case "nix/sources.json": {
      const { nixpkgs } = read(niv, text) ?? {};
      return nixpkgs && onGitHub(nixpkgs.owner, nixpkgs.repo, nixpkgs.rev);
    }
    case "npins/sources.json": {
      const { nixpkgs } = read(npins, text)?.pins ?? {};
      return nixpkgs && onGitHub(nixpkgs.repository.owner, nixpkgs.repository.repo, nixpkgs.revision);
    }
    case "flake.lock": {
      const lock = read(flakeLock, text);
      const name = lock?.nodes[lock.root]?.inputs?.nixpkgs;
      const node = typeof name === "string" ? v.safeParse(locked, lock?.nodes[name]?.locked) : undefined;
      return node?.success === true ? onGitHub(node.output.owner, node.output.repo, node.output.rev) : undefined;
    }
  }
}

function read<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return result.success ? result.output : undefined;
}

function onGitHub(owner: string, repository: string, revision: string): string {
  return `https://github.com/${owner}/${repository}.git ${revision}`;
}
