/** The Node that runs the chosen VS Code. */
export declare function vscodeNode(): string;
