import type { CacheState, PathSignature, Place, Problem } from "../../../../server/src/protocol.ts";
import type { GroupName } from "../../builds/arrangement.ts";
import type { SignatureGroup } from "../../builds/signatures.ts";

/** A row of the Builds view. It names what it shows; what that looks like now is in the store. */
export type BuildsNode =
  | BuildNode
  | FailureNode
  | WarningNode
  | TransfersNode
  | TransferNode
  | DerivationNode
  | DerivationGroupNode
  | MoreNode
  | SignaturesNode
  | SignatureGroupNode
  | PathNode
  | CacheNode;

interface Row {
  /** Unique in the view. */
  readonly key: string;
  /** The build's. */
  readonly id: string;
}

export interface BuildNode extends Row {
  readonly kind: "build";
  readonly uri: string;
  /** The machine's name. */
  readonly machine: string;
  readonly place: Place;
  /** What of the machine; undefined: its system. */
  readonly attribute?: string | undefined;
  readonly parent?: undefined;
}

export interface FailureNode extends Row {
  readonly kind: "failure";
  readonly parent: BuildNode;
}

export interface WarningNode extends Row {
  readonly kind: "warning";
  readonly warning: Problem;
  readonly parent: BuildNode;
}

export interface TransfersNode extends Row {
  readonly kind: "transfers";
  readonly parent: BuildNode;
}

export interface TransferNode extends Row {
  readonly kind: "transfer";
  /** Of the path. */
  readonly label: string;
  /** Which of the build's (`transferKey`). */
  readonly transfer: string;
  readonly storePath: string;
  readonly parent: TransfersNode;
}

export interface DerivationNode extends Row {
  readonly kind: "derivation";
  readonly drvPath: string;
  /** Of the derivation. */
  readonly name: string;
  /** What is copied. */
  readonly storePath: string;
  readonly parent: BuildNode | BranchNode;
}

export interface DerivationGroupNode extends Row {
  readonly kind: "group";
  readonly name: GroupName;
  readonly parent: BuildNode;
}

/** The row below which the rest of many derivations is. */
export interface MoreNode extends Row {
  readonly kind: "more";
  /** Whose derivations they are. */
  readonly owner: DerivationGroupNode | DerivationNode;
  /** How many of the owner's come before them. */
  readonly from: number;
  readonly parent: BranchNode;
}

/** A row with derivations right below it, besides a build's. */
export type BranchNode = DerivationGroupNode | DerivationNode | MoreNode;

export interface SignaturesNode extends Row {
  readonly kind: "signatures";
  readonly parent: BuildNode;
}

export interface SignatureGroupNode extends Row {
  readonly kind: "signatureGroup";
  readonly group: SignatureGroup;
  readonly parent: SignaturesNode;
}

export interface PathNode extends Row {
  readonly kind: "path";
  readonly path: PathSignature;
  readonly storePath: string;
  readonly parent: SignatureGroupNode;
}

export interface CacheNode extends Row {
  readonly kind: "cache";
  readonly cache: CacheState;
  readonly parent: SignaturesNode;
}
