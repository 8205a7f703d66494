export declare const vsix: string;
export declare function makePackage(): Promise<number>;
export declare function packInto(file: string): Promise<void>;
