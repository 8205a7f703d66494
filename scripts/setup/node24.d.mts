/** A Node of at least version 24: the npm package's, else the one that runs this if it is new enough. */
export declare function nodeBinary(): string;
