/** A Node of at least version 24: the npm package's, or else the running one if it is new enough. */
export declare function nodeBinary(): string;
