import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstErrorIn, isError } from "../../../server/src/common/errorLines.ts";

const errors = [
  "error: builder for '/nix/store/x.drv' failed with exit code 2",
  "linux-6.1.38> main.c:3:5: error: 'x' undeclared (first use in this function)",
  "main.c:3:5: fatal error: zlib.h: No such file or directory",
  "main.c:3:5: error: unused variable 'x' [-Werror=unused-variable]",
  "error[E0425]: cannot find value `x` in this scope",
  "src/main.cpp(3): error C2065: 'x': undeclared identifier",
  "fatal: not a git repository",
  "FATAL: kernel too old",
  "ERROR: Could not find a version that satisfies the requirement",
  "[ERROR] Failed to execute goal",
  "Error: Cannot find module 'left-pad'",
  "Error in library(x) : there is no package called 'x'",
  "make: *** [Makefile:3: all] Error 2",
  "ValueError: invalid literal for int()",
  'Exception in thread "main" java.lang.IllegalStateException: no',
  "FAILED: src/main.c.o",
  "FAILED (failures=1)",
  "[  FAILED  ] Suite.test",
  "main.o: undefined reference to `x'",
  "cp: cannot stat 'x': No such file or directory",
  "open failed: No such file or directory",
  "/bin/ld: cannot find -lz",
  "sh: /nix/store/x/bin/sh: Exec format error",
  "Segmentation fault (core dumped)",
  "thread 'main' panicked at src/main.rs:3:5:",
  "error:0A000086:SSL routines::certificate verify failed",
];

const others = [
  "",
  "errors: 0",
  "error: 0",
  "0 errors, 0 warnings",
  "12 passed, 0 failed",
  "FAILED: 0",
  "Tests run: 3, Failures: 0, Errors: 0, Skipped: 0",
  "no error",
  "no errors found",
  "finished without errors",
  "cc -Wall -Werror -c main.c",
  "cc -Wno-error=format -c main.c",
  "cc -Werror: not used",
  "cc -c error.c -o error.o",
  "CC lib/error.o",
  "cc -c src/Error.cpp",
  "installing share/doc/Error.html",
  "perl-Error-0.17029> unpacking sources",
  "checking for strerror_r... no-error-here",
  "checking for error.h... No such file or directory",
  "checking whether Error is defined... no",
  "[ 3 of 30] Compiling Data.Error ( src/Data/Error.hs, dist/Data/Error.o )",
  "lib> [12 of 30] Compiling Error ( Error.hs, Error.o )",
  "Error handling: yes",
  "Error messages: en, de",
  "+ echo error: nothing",
  "make: [Makefile:3: clean] Error 1 (ignored)",
  "std::error::Error is implemented",
  "main.c:4:1: warning: unused variable",
  "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-Error/lib",
  "this is fatally slow",
];

describe("a line that looks like an error", () => {
  for (const line of errors) it(line, () => assert.ok(isError(line)));
});

describe("a line that does not", () => {
  for (const line of others) it(JSON.stringify(line), () => assert.ok(!isError(line)));
});

describe("the first error of a log", () => {
  it("is the first of them", () => assert.equal(firstErrorIn(["a", "errors: 0", "x: error: y", "error: z"]), 2));

  it("is none where there is none", () => assert.equal(firstErrorIn(["a", "b", ""]), undefined));
});
