export declare const hostTestsDir: string;
export declare function buildHostTests(): Promise<void>;
