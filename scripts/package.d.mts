export declare const vsix: string;
export declare function makePackage(): Promise<number>;
