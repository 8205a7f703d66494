/** A row of the Machines view. It names what it shows; what that looks like now is in the store. */
export type MachinesNode = NetworkNode | MachineNode;

export interface NetworkNode {
  readonly kind: "network";
  readonly uri: string;
}

export interface MachineNode {
  readonly kind: "machine";
  readonly uri: string;
  /** The machine's name. */
  readonly machine: string;
  readonly parent: NetworkNode;
}
